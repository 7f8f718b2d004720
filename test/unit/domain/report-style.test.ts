import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { STYLE } from '../../../src/domain/report-style.ts';

type Colours = Readonly<Record<string, string>>;

/** The colours of each scheme, by name: light, dark, paper. */
function schemes(): Colours[] {
  const roots = [...STYLE.matchAll(/:root\{(?:color-scheme:[a-z ]+;)?(--[^}]+)\}/g)];
  return roots.map(([, body = '']): Colours => {
    const colours = [...body.matchAll(/--(\w+):#(\w+)/g)];
    return Object.fromEntries(colours.map(([, name = '', hex = '']) => [name, hex] as const));
  });
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const full = hex.length === 3 ? hex.replaceAll(/./g, '$&$&') : hex;
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one = '', other = ''): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe('the colours of a report', () => {
  it('are there for light, dark and paper', () => {
    assert.equal(schemes().length, 3);
  });

  it('keep text readable on each ground, and bars visible', () => {
    for (const colours of schemes()) {
      for (const ground of [colours['page'], colours['raised']]) {
        for (const name of ['text', 'soft', 'bad']) {
          assert.ok(contrast(colours[name], ground) >= 4.5, `${name} on ${String(ground)}`);
        }
      }
      for (const name of ['plain', 'good', 'warn', 'bad', 'quiet']) {
        assert.ok(contrast(colours[name], colours['page']) >= 3, name);
      }
    }
  });
});
