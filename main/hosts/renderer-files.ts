/** The built renderer as hosts serve it, with headers that leave a page no more than it needs. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** No inline script or style, nothing from elsewhere, no framing. `connect-src 'self'` covers the WebSocket of the same origin. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=()',
};

export interface RendererFile {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A file of the renderer's folder by a URL path of plain names; null where there is none. */
export async function readRendererFile(folder: string, urlPath: string): Promise<RendererFile | null> {
  const relative = urlPath === '/' ? 'index.html' : urlPath.slice(1);
  if (!/^[\w-]+(?:[./][\w-]+)*$/.test(relative)) return null;
  const type = types[extname(relative)];
  const content = type === undefined ? null : await readFile(join(folder, relative)).catch(() => null);
  if (content === null || type === undefined) return null;
  // Names of built assets hold a hash of their content.
  const cache = relative.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-cache';
  return {
    content,
    headers: { 'content-type': type, 'content-length': String(content.byteLength), 'cache-control': cache },
  };
}
