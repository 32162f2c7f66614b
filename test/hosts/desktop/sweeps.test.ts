import { expect, test } from 'vitest';
import { CrivoError } from '../../../shared/errors.ts';
import { createFakeElectron } from './fake-electron.ts';
import { queue, start } from './start-fake.ts';

test('while a sweep runs the machine stays awake and the taskbar tells; its end is announced', async () => {
  const { events, blockers, windows, notifications } = await start();
  events.publish(queue('running', true));
  expect(blockers.size).toBe(1);
  expect(windows[0]!.progress.at(-1)).toBe(0.25);
  events.publish(queue('done', false));
  expect(blockers.size).toBe(0);
  expect(windows[0]!.progress.at(-1)).toBe(-1);
  expect(notifications).toEqual([{ title: 'Sweep "night" is done', body: '4 measured' }]);
});

test('a sweep whose time is over with cells left is announced in the morning; one that is paused by hand is not', async () => {
  const { events, notifications } = await start();
  const past = '2026-11-25T07:00:00.000Z';
  events.publish(queue('running', true, '2999-01-01T07:00:00.000Z'));
  events.publish(queue('paused', false, '2999-01-01T07:00:00.000Z'));
  expect(notifications).toEqual([]);
  events.publish(queue('running', true, past));
  events.publish(queue('paused', false, past));
  events.publish(queue('paused', false, past));
  expect(notifications).toEqual([{ title: 'The time of sweep "night" is over', body: '4 measured, 1 left' }]);
});

test('quitting asks while a sweep runs, and closes the engine first', async () => {
  const { app, events, engine, answers, asked, windows } = await start();
  events.publish(queue('running', true));
  let prevented = 0;
  const event = { preventDefault: () => (prevented += 1) };
  const quit = () => app.emit('before-quit', event);
  quit();
  expect([prevented, engine.closed, app.quits]).toEqual([1, 0, 0]);
  answers.quit = 1;
  quit();
  await expect.poll(() => app.quits).toBe(1);
  expect(engine.closed).toBe(1);
  quit();
  windows[0]!.emit('close', event);
  expect(prevented, 'the second time it may go').toBe(2);
  expect(asked.filter(({ kind }) => kind === 'question')).toHaveLength(2);
});

test('a click on the notification shows the window and what the sweep found', async () => {
  const { events, windows, listen, clickNotification } = await start();
  listen();
  events.publish(queue('running', true));
  events.publish(queue('done', false));
  clickNotification();
  expect(windows[0]!.webContents.sent).toEqual([['crivo:navigate', 'queue/1', []]]);
  expect(windows[0]!.shows).toBe(1);
});

test('the queue goes on at the start, or is only shown where another crivo works through it', async () => {
  expect((await start()).engine.started).toEqual(['queue.start']);
  const busy = new CrivoError('conflict', 'Another crivo works through the queue.');
  expect((await start(createFakeElectron(), { startFailure: busy })).windows).toHaveLength(1);
  const bug = new Error('bug');
  await expect(start(createFakeElectron(), { startFailure: bug })).rejects.toThrow('bug');
});
