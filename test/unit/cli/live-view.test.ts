import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';

import { liveView } from '../../../src/cli/live-view.ts';
import { aScreen } from './screen.ts';

const CLEAR_ALL = '\u001b[2J';
const [HOME, BEGIN, END] = ['\u001b[H', '\u001b[?2026h', '\u001b[?2026l'];

describe('a live page', () => {
  it('is drawn over itself without being cleared, all of it at once', () => {
    const screen = aScreen();
    const view = liveView(screen);

    view.draw(['a long line', 'b'], 'foot');
    view.draw(['short'], 'foot');

    const [, first = '', second = ''] = screen.written;
    assert.ok(!screen.written.join('').includes(CLEAR_ALL));
    assert.ok(first.startsWith(`${BEGIN}${HOME}`) && first.endsWith(END));
    assert.equal(stripVTControlCharacters(second), 'short\r\nfoot');
    assert.ok(second.includes('short\u001b[K'), 'the rest of the old line goes');
    assert.ok(second.includes('foot\u001b[K\u001b[J'), 'and the old lines below');
    view.close();
  });

  it('sends nothing where nothing has changed', () => {
    const screen = aScreen();
    const view = liveView(screen);

    view.draw(['a'], 'foot');
    view.draw(['a'], 'foot');

    assert.equal(screen.written.length, 2);
    view.close();
  });

  it('is never higher than the screen, and says that there is more', () => {
    const screen = aScreen({ rows: 5 });
    const view = liveView(screen);

    view.draw(['1', '2', '', '4', '5', '6'], 'foot');

    const lines = stripVTControlCharacters(screen.written[1] ?? '').split('\r\n');
    assert.deepEqual(lines, ['1', '2', '… 4 more lines', 'foot']);
    view.close();
  });

  it('gives the terminal back once, with its cursor and the screen from before', () => {
    const screen = aScreen();
    const before = process.listenerCount('exit');
    const view = liveView(screen);

    view.close();
    view.close();
    view.draw(['late'], 'foot');

    assert.deepEqual(screen.written, [
      '\u001b[?1049h\u001b[?25l\u001b[?7l',
      '\u001b[?7h\u001b[?25h\u001b[?1049l',
    ]);
    assert.equal(process.listenerCount('exit'), before);
  });
});
