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
  #held = false;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  readonly show = (toast: Omit<Toast, 'id'>): void => {
    const id = this.#nextId;
    this.#nextId += 1;
    this.shown = [...this.shown, { ...toast, id }].slice(-mostShown);
    if (!this.#held) this.#passes();
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

  /** Keeps what is shown for as long as a person is at it. */
  readonly hold = (): void => {
    this.#held = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  };
  /** Lets it pass in its time again. */
  readonly release = (): void => {
    this.#held = false;
    this.#passes();
  };

  #passes(): void {
    for (const { id, tone } of this.shown)
      if (tone !== 'bad' && !this.#timers.has(id))
        this.#timers.set(
          id,
          setTimeout(() => this.dismiss(id), shownMs),
        );
  }

  readonly dismiss = (id: number): void => {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.shown = this.shown.filter((toast) => toast.id !== id);
  };
}

export const [useToasts, provideToasts] = createContext<Toasts>();
