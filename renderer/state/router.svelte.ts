import { createContext } from 'svelte';

/** A place in the workbench: `#/models/3fa…?tab=graph` is page `models`, rest `['3fa…']`, query `tab=graph`. */
export interface Route {
  readonly page: string;
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

/** Reads the part of an address after `#`. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [page = '', ...rest] = path.split('/').map(decodePart);
  return { page, rest: rest.filter((part) => part !== ''), query: new URLSearchParams(query) };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a place, for links. */
export function href(page: string, rest: readonly string[] = [], query: Readonly<Record<string, string>> = {}): string {
  const path = [page, ...rest].map(encodeURIComponent).join('/');
  const search = new URLSearchParams(query).toString();
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

/** Where the person is, as the address tells. */
export class Router {
  route = $state.raw<Route>(parseRoute(location.hash));

  /** Follows the address until the returned function is called. */
  readonly follow = (): (() => void) => {
    const read = (): void => {
      this.route = parseRoute(location.hash);
    };
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  };

  readonly go = (address: string): void => {
    location.hash = address;
  };

  /** Changes the query without a new entry in the history (a filter, a tab). */
  readonly replaceQuery = (query: Readonly<Record<string, string>>): void => {
    const { page, rest } = this.route;
    history.replaceState(null, '', href(page, rest, query));
    this.route = parseRoute(location.hash);
  };
}

export const [useRouter, provideRouter] = createContext<Router>();
