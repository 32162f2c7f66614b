/** Requests to a web host, as a browser or something that poses as one makes them. */
import { request } from 'node:http';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { expect } from 'vitest';

/** What of a host is asked. */
interface AskedHost {
  readonly url: string;
  readonly port: number;
}
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export type Asked = [path: string, options?: RequestOptions, body?: string | Buffer];

export function askHost({ port }: AskedHost, ...[path, options = {}, body = '']: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Uses the token up; the cookie that it was exchanged for. */
export async function signInTo(host: AskedHost): Promise<string> {
  const url = new URL(host.url);
  const answer = await askHost(host, url.pathname + url.search);
  expect(answer.status).toBe(303);
  return answer.headers['set-cookie']![0]!.split(';')[0]!;
}

/** What an upload from the workbench's own page carries. */
export const pageHeaders = (host: AskedHost, cookie: string): Record<string, string> => ({
  ...{ cookie, origin: `http://127.0.0.1:${host.port}` },
});

export const uploadTo = (
  host: AskedHost,
  cookie: string,
  name: string,
  body: string | Buffer,
  extra: Record<string, string> = {},
): Promise<Answer> =>
  askHost(
    host,
    `/upload?name=${encodeURIComponent(name)}`,
    { method: 'POST', headers: { ...pageHeaders(host, cookie), ...extra } },
    body,
  );
