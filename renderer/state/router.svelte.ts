import { createContext } from 'svelte';
import { href, parseRoute } from './route.ts';
import type { Route } from './route.ts';

export { href };

/** Where the person is, as the address tells. */
export class Router {
  route = $state.raw<Route>(parseRoute(location.hash));
  /** Whether the person has gone from one place to another yet. */
  moved = false;

  /** Follows the address until the returned function is called. */
  readonly follow = (): (() => void) => {
    const read = (): void => {
      this.moved = true;
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
