/** What a night's process and the one that disturbs it tell each other. */
import type { Failure } from '../../../shared/errors.ts';

export type MessageFromLife =
  | { readonly type: 'stored'; readonly runId: number }
  | { readonly type: 'measuring' }
  /** Resident memory and the heap in use after a collection, bytes. */
  | { readonly type: 'memory'; readonly rssBytes: number; readonly heapBytes: number }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly failure: Failure };

export type MessageToLife =
  /** The wall clock jumps. */
  { readonly type: 'step-clock'; readonly byMs: number } | { readonly type: 'tell-memory' };
