/** What the desktop host's preload script puts on `window.crivo`. */
import type { NumberedEvent } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';

export type PlatformRequest =
  | {
      readonly kind: 'pick-files';
      readonly title: string;
      readonly extensions: readonly string[];
      readonly multiple: boolean;
    }
  | { readonly kind: 'pick-folder'; readonly title: string }
  | { readonly kind: 'save-file'; readonly title: string; readonly suggestedName: string }
  | { readonly kind: 'open-link'; readonly url: string };

export interface DesktopBridge {
  readonly call: (
    method: string,
    input: unknown,
  ) => Promise<{ readonly result: unknown } | { readonly failure: Failure }>;
  readonly subscribe: (after: number | null, listener: (event: NumberedEvent) => void) => () => void;
  readonly platform: {
    /** Paths for the two `pick` kinds (empty where cancelled), a path or null for `save-file`. */
    readonly request: (request: PlatformRequest) => Promise<readonly string[] | string | null>;
    readonly pathOf: (file: File) => string;
    readonly onNavigate: (listener: (route: string, paths: readonly string[]) => void) => () => void;
  };
}

declare global {
  interface Window {
    /** Present in the desktop host only. */
    readonly crivo?: DesktopBridge;
  }
}
