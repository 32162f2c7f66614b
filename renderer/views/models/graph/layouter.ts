import type { GraphLayout, LayoutRequest } from './layout-graph.ts';
import type { LayoutAnswer } from './layout-worker.ts';

export interface Layouter {
  /** Lays out; an older request that is still under way is forgotten and never answered. */
  readonly layout: (request: Omit<LayoutRequest, 'id'>) => Promise<GraphLayout>;
  readonly close: () => void;
}

/** A worker that lays graphs out, started at the first request and stopped where a newer one overtakes it. */
export function createLayouter(): Layouter {
  let worker: Worker | null = null;
  let nextId = 1;
  let busy = false;
  return {
    layout: (request) => {
      if (busy) {
        worker?.terminate();
        worker = null;
      }
      busy = true;
      worker ??= new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
      const current = worker;
      const id = nextId;
      nextId += 1;
      return new Promise((resolve, reject) => {
        current.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => {
          if (data.id !== id) return;
          busy = false;
          if ('layout' in data) resolve(data.layout);
          else reject(new Error(data.error));
        };
        current.onerror = (event) => {
          busy = false;
          reject(new Error(event.message));
        };
        current.postMessage({ id, ...request });
      });
    },
    close: () => worker?.terminate(),
  };
}
