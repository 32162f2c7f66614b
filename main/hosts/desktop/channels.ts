/** Names of the channels between the preload script and this host. */
export const channels = {
  /** invoke (name, input) → Reply */
  call: 'crivo:call',
  /** send (after): from now on events come on `event`, those missed first */
  subscribe: 'crivo:subscribe',
  event: 'crivo:event',
  /** invoke (PlatformRequest) → string[] | string | null */
  platform: 'crivo:platform',
  /** A menu item or a file opened with the app asks the page to go somewhere: (route, paths) */
  navigate: 'crivo:navigate',
  /** send (): the page listens to `navigate` from now on */
  listening: 'crivo:listening',
} as const;

/** What only a desktop can do. */
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
