import { createContext } from 'svelte';
import { toFailure } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';

export interface Toast {
  readonly id: number;
  readonly tone: 'note' | 'good' | 'bad';
  readonly message: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const shownMs = 8_000;
const mostShown = 4;

/** Short notices at the window's edge; failures stay until dismissed. */
export class Toasts {
  shown = $state.raw<readonly Toast[]>([]);
  #nextId = 1;

  readonly show = (toast: Omit<Toast, 'id'>): void => {
    const id = this.#nextId;
    this.#nextId += 1;
    this.shown = [...this.shown, { ...toast, id }].slice(-mostShown);
    if (toast.tone !== 'bad') setTimeout(() => this.dismiss(id), shownMs);
  };

  readonly note = (message: string, action?: Toast['action']): void => this.show({ tone: 'note', message, action });
  readonly good = (message: string): void => this.show({ tone: 'good', message });
  readonly failure = (failure: Failure): void => {
    if (failure.kind !== 'cancelled') this.show({ tone: 'bad', message: failure.message });
  };

  /** Runs something a person asked for; tells them where it fails. True when it went well. */
  readonly attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      this.failure(toFailure(error));
      return false;
    }
  };

  readonly dismiss = (id: number): void => {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  };
}

export const [useToasts, provideToasts] = createContext<Toasts>();
