/** The built renderer, served with headers that leave a page no more than it needs. */
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
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
export const contentSecurityPolicy = [
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

/** Answers with a file of the folder, by a path of plain names; false where there is none. */
export async function sendStatic(folder: string, urlPath: string, response: ServerResponse): Promise<boolean> {
  const relative = urlPath === '/' ? 'index.html' : urlPath.slice(1);
  if (!/^[\w-]+(?:[./][\w-]+)*$/.test(relative)) return false;
  const type = types[extname(relative)];
  const content = type === undefined ? null : await readFile(join(folder, relative)).catch(() => null);
  if (content === null) return false;
  const immutable = relative.startsWith('assets/');
  response.writeHead(200, {
    'content-type': type,
    'content-length': content.byteLength,
    'cache-control': immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(content);
  return true;
}
