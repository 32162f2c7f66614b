import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Toasts } from '../../renderer/state/toasts.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const messages = ({ shown }: Toasts): readonly string[] => shown.map(({ message }) => message);

test('a notice passes by itself, a failure stays until it is dismissed', () => {
  const toasts = new Toasts();
  toasts.good('added');
  toasts.failure({ kind: 'storage', message: 'The disk is full.' });
  toasts.failure({ kind: 'cancelled', message: 'It was cancelled.' });
  expect(messages(toasts)).toEqual(['added', 'The disk is full.']);
  vi.runAllTimers();
  expect(messages(toasts)).toEqual(['The disk is full.']);
  toasts.dismiss(toasts.shown[0]!.id);
  expect(messages(toasts)).toEqual([]);
});

test('what a person is at stays, with what comes meanwhile, and passes once it is left', () => {
  const toasts = new Toasts();
  toasts.note('removed');
  toasts.hold();
  toasts.note('added');
  vi.runAllTimers();
  expect(messages(toasts)).toEqual(['removed', 'added']);
  toasts.release();
  vi.runAllTimers();
  expect(messages(toasts)).toEqual([]);
});
