/** The boundary: names and inputs are checked here, once, before a handler sees them, and errors leave in plain form. */
import { contract } from '../../shared/contract.ts';
import type { Call, Handlers, MethodName } from '../../shared/contract.ts';
import { CrivoError, fromFailure, toFailure } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import type { Logger } from '../engine/ports.ts';
import { say } from '../../shared/phrases/phrase.ts';

export type Reply = { readonly result: unknown } | { readonly failure: Failure };

/** Answers a call whose name and input come from anywhere; never rejects. */
export type Dispatch = (name: unknown, input: unknown) => Promise<Reply>;

/** A dispatcher over handlers; a bug in a handler is logged with its stack and answered without it. */
export function createDispatch(handlers: Handlers, logger: Logger): Dispatch {
  return async (name, input) => {
    try {
      if (typeof name !== 'string' || !Object.hasOwn(contract, name)) {
        throw new CrivoError('invalid-input', say('noCall', { name: JSON.stringify(name)?.slice(0, 100) }));
      }
      const method = name as MethodName;
      const handler = handlers[method] as (input: unknown) => unknown;
      return { result: await handler(checkedInput(method, input)) };
    } catch (error) {
      if (error instanceof CrivoError) return { failure: toFailure(error) };
      logger.error('a call failed unexpectedly', {
        call: String(name),
        error: error instanceof Error ? error.stack : String(error),
      });
      const message = say('wentWrong', { why: error instanceof Error ? error.message : String(error) });
      return { failure: { kind: 'job-failed', message } };
    }
  };
}

function checkedInput(name: MethodName, input: unknown): unknown {
  const parsed = contract[name].input.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? say('itsInput') : issue.path.join('.');
  throw new CrivoError('invalid-input', say('callUnfit', { name, place, why: issue?.message ?? say('notAsExpected') }));
}

/** Calls in this process, through the same checks as from outside; rejects with `CrivoError`. */
export function callThrough(dispatch: Dispatch): Call {
  return async (name, input) => {
    const reply = await dispatch(name, input);
    if ('failure' in reply) throw fromFailure(reply.failure);
    return reply.result as never;
  };
}
