import type { Handlers } from '../../../shared/contract.ts';
import type { Publish } from '../../engine/ports.ts';
import type { Store } from '../../engine/store/store.ts';

/** A person's settings; a change is told to every window. */
export const settingsHandlers = ({ settings }: Pick<Store, 'settings'>, publish: Publish) =>
  ({
    'settings.get': () => settings.get(),
    'settings.update': ({ changes }) => {
      const changed = settings.update(changes);
      publish({ type: 'settings-changed', settings: changed });
      return changed;
    },
  }) satisfies Partial<Handlers>;
