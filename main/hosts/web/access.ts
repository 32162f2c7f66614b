/** Who may talk to the loopback host: one-time token, then a cookie; Host and Origin checked on each request. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Access {
  /** Goes into the URL that the terminal prints; works once. */
  readonly token: string;
  /** The cookie header for a right token that was not used before, else null. */
  readonly exchange: (token: string) => string | null;
  readonly hasCookie: (request: IncomingMessage) => boolean;
}

/** @param cookieName holds the port, since a browser shares cookies among the ports of a host */
export function createAccess(cookieName: string): Access {
  const token = randomBytes(32).toString('base64url');
  const session = randomBytes(32).toString('base64url');
  let used = false;
  return {
    token,
    exchange: (given) => {
      if (used || !sameText(given, token)) return null;
      used = true;
      return `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    hasCookie: (request) => {
      const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
      return cookies.some(
        (cookie) => cookie.startsWith(`${cookieName}=`) && sameText(cookie.slice(cookieName.length + 1), session),
      );
    },
  };
}

/** Compares without telling by its duration where texts differ. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether `Host` names this machine's loopback; any port, since a tunnel may bring it from another one. */
export function hostAllowed(request: IncomingMessage): boolean {
  const host = request.headers.host ?? '';
  return loopbackNames.has(host.replace(/:\d{1,5}$/, ''));
}

/** Whether `Origin`, where the browser sends it, is this very page's; required where `must` is set. */
export function originAllowed(request: IncomingMessage, must: boolean): boolean {
  const origin = request.headers.origin;
  return origin === undefined ? !must : origin === `http://${request.headers.host}`;
}
