import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomUtils, parseDocument } from 'htmlparser2';
import { notChecked } from '../../../src/domain/coverage.ts';
import { renderHtml } from '../../../src/domain/report-html.ts';
import type { Report } from '../../../src/domain/report.ts';
import { shownReport } from '../../support/shown-report.ts';

const { getElementsByTagName: all, textContent } = DomUtils;

function pageOf(over: Partial<Report> = {}) {
  return parseDocument(renderHtml(shownReport(over)));
}

/** The figure whose heading begins so. */
function figureOf(page: ReturnType<typeof pageOf>, heading: RegExp) {
  const found = all('figure', page).find((one) => heading.test(textContent(all('h3', one))));
  assert.ok(found, String(heading));
  return found;
}

const TAKEN = { outcome: 'taken', reason: null } as const;

function sectionOf(page: ReturnType<typeof pageOf>, heading: string): string {
  const found = all('section', page).find((one) => textContent(all('h2', one)) === heading);
  return found === undefined ? '' : textContent(found);
}

describe('the page of a report', () => {
  it('loads nothing and runs nothing', () => {
    const page = renderHtml(shownReport());

    assert.doesNotMatch(page, /<(?:script|link|img|iframe|object)|\son\w+=|url\(|@import|https?:/i);
  });

  it('is told in headings without a gap, in one language, at the width of its screen', () => {
    const page = pageOf();
    const levels = all((name) => /^h[1-6]$/.test(name), page).map(({ name }) => Number(name[1]));

    assert.equal(levels.filter((level) => level === 1).length, 1);
    levels.reduce((before, level) => {
      assert.ok(level <= before + 1, levels.join(' '));
      return level;
    });
    assert.equal(all('html', page)[0]?.attribs['lang'], 'en');
    assert.ok(all('meta', page).some(({ attribs }) => attribs['name'] === 'viewport'));
  });

  it('gives every table a caption, and every head the row or column that it is of', () => {
    const tables = all('table', pageOf());

    assert.ok(tables.length >= 8);
    for (const table of tables) {
      const caption = textContent(all('caption', table));
      assert.notEqual(caption, '');
      const columns = all('th', all('thead', table));
      for (const head of columns) assert.equal(head.attribs['scope'], 'col', caption);
      for (const row of all('tr', all('tbody', table))) {
        const cells = all((name) => name === 'th' || name === 'td', row);
        assert.equal(cells.length, columns.length, caption);
        assert.equal(cells[0]?.attribs['scope'], 'row', caption);
        assert.deepEqual(
          cells.map(({ attribs }) => attribs['data-head']),
          columns.map((column) => textContent(column)),
          caption,
        );
      }
    }
  });

  it('says each picture in words: a name and a description for readers, a sentence beside it', () => {
    const page = pageOf();
    const ids = all('svg', page).flatMap(({ attribs }) => {
      return attribs['aria-labelledby']?.split(' ') ?? [];
    });

    assert.equal(all('svg', page).length, 4);
    assert.equal(new Set(ids).size, 8);
    for (const id of ids) {
      assert.notEqual(textContent(DomUtils.getElementById(id, page.children) ?? []), '', id);
    }
    for (const figure of all('figure', page)) {
      assert.notEqual(textContent(all('figcaption', figure)), '');
    }
    const described = textContent(all('desc', figureOf(page, /kind/)));
    assert.equal(described, 'SMS: 742, MMS: 118, Calls: 224.');
  });

  it('draws bars as long as their figures are to each other, and what is not 0 visibly', () => {
    const widths = all('rect', figureOf(pageOf(), /outcome/)).map(({ attribs }) => {
      return Number(attribs['width']);
    });

    const [imported, partial, skipped] = widths;
    assert.ok(imported !== undefined && partial !== undefined && skipped !== undefined);
    assert.ok(Math.abs(imported / skipped - 1_049 / 12) < 1.5, widths.join(' '));
    assert.equal(partial, 2);
  });

  it('draws nothing of a day without items but its month', () => {
    const books = { ...shownReport().books, items: 0 };
    const figures = all('figure', pageOf({ books }));

    assert.deepEqual(
      figures.map((figure) => textContent(all('h3', figure))),
      ['The last 30 days'],
    );
  });

  it('shows a day without a report as unknown and not as 0', () => {
    const page = pageOf();
    const figure = figureOf(page, /30 days/);

    assert.equal(all('line', figure).filter((one) => one.attribs['class'] === 'unknown').length, 2);
    const words = textContent(all('figcaption', figure));
    assert.match(words, /1 without a report \(dotted\), 1 left out on purpose \(dotted\)/);
    const rows = all('tr', all('tbody', figure)).map((row) => {
      return all((name) => name === 'th' || name === 'td', row).map((cell) => textContent(cell));
    });
    assert.equal(rows.length, 30);
    assert.deepEqual(
      rows.filter(([, outcome]) => outcome === 'no report'),
      [['2026-11-16', 'no report', '–', '–']],
    );
    assert.deepEqual(
      rows.filter(([, outcome]) => outcome === 'left out'),
      [['2026-11-09', 'left out', '–', '–']],
    );
  });

  it('names at its head the earlier days without a report, and who left out which and why', () => {
    const [mine, whole] = [pageOf(), pageOf({ gaps: [], waivedDays: [] })].map((page) =>
      textContent(all('header', page)),
    );

    assert.match(mine!, /1 earlier day without a report\. When .* there was none of 2026-11-16\./);
    assert.match(mine!, /o2-archiver status --connector o2/);
    assert.match(
      mine!,
      /1 earlier day left out on purpose\. 2026-11-09, by ops@archive-1 on 2026-11-10 08:14 UTC: the tenant was closed for the merger/,
    );
    assert.doesNotMatch(whole!, /earlier day/);
  });

  it('says that coverage is not checked without a list, and why it could not be with one', () => {
    const without = sectionOf(pageOf({ coverage: null }), 'Who is registered');
    assert.match(without, /not checked.*report\.registeredUsersFile/s);

    const broken = notChecked('The file cannot be read.');
    const told = sectionOf(pageOf({ coverage: broken }), 'Who is registered');
    assert.match(told, /could not be checked\. The file cannot be read\./);
    assert.doesNotMatch(told, /silent/);
  });

  it('names who is silent since when, and who is seen and not registered', () => {
    const told = sectionOf(pageOf(), 'Who is registered');

    assert.match(told, /142 users registered: 137 with an item of this day, 5 silent/);
    assert.match(told, /user005@example\.comsuspended2026-10-3025/);
    assert.match(told, /p\.moreau@example\.com/);
    assert.match(told, /58The mobile number cannot be read/);
  });

  it('shows two hundred silent users, and says how many more there are', () => {
    const { coverage } = shownReport();
    const silent = Array.from({ length: 250 }, (_, at) => {
      return { number: null, address: `u${at}@example.com`, status: null, since: '2026-11-01' };
    });
    const told = sectionOf(
      pageOf({ coverage: { ...coverage!, silent, silentCount: 1_250 } }),
      'Who is registered',
    );

    assert.match(told, /u199@example\.com/);
    assert.doesNotMatch(told, /u200@example\.com/);
    assert.match(told, /And 1,050 more/);
  });

  it('is whole for a report of an earlier version, which lacks the newer figures', () => {
    const {
      hours: _h,
      lateness: _l,
      withoutRecording: _w,
      trend: _t,
      gaps: _g,
      waivedDays: _d,
      coverage: _c,
      ...earlier
    } = shownReport();
    const page = parseDocument(renderHtml(earlier));

    assert.equal(all('svg', page).length, 2);
    assert.match(sectionOf(page, 'Who is registered'), /not checked/);
    assert.doesNotMatch(textContent(page), /undefined|NaN|null/);
  });

  it('names each partial copy with what it lacks, and gives a cure to those that have one', () => {
    const copy = { itemKey: 'ab'.repeat(32), mailbox: 'user-1', omitted: 2, isCutAtSource: false };
    const cut = { ...copy, mailbox: 'user-2', omitted: 0, isCutAtSource: true };
    const told = (partial: Report['partial']) =>
      sectionOf(pageOf({ ...(partial === undefined ? {} : { partial }) }), 'Partially archived');

    const both = told([copy, cut]);
    assert.match(both, /user-12over a limit of the mailbox or limits\.maxItemBytes: raise it/);
    assert.match(both, /user-20removed at the source: nothing to cure here, ask TeleMessage/);
    assert.match(
      both,
      /raise limits\.maxItemBytes where .*; else raise the limit of the mailbox\./,
    );
    assert.match(both, /Set-Mailbox USER -MaxReceiveSize 150MB -MaxSendSize 150MB/);
    assert.match(both, /o2-archiver retry --connector o2 --item KEY/);
    assert.match(both, /And 2 more\./);
    assert.doesNotMatch(told([cut]), /Set-Mailbox/);
  });

  it('says nothing of partial copies on a day without, and where to look in an old report', () => {
    const { partial: _, ...earlier } = shownReport();
    const old = parseDocument(renderHtml(earlier));
    const books = { ...earlier.books, partiallyImported: 0 };

    assert.match(textContent(old), /4 copies lack something\. The items:/);
    assert.equal(sectionOf(pageOf({ books, partial: [] }), 'Partially archived'), '');
    assert.match(
      sectionOf(pageOf({ books, failures: [] }), 'Not archived'),
      /^Not archived\s+Nothing\.\s+5 copies/,
    );
  });

  it('says how many copies are waived, and how to see who closed their cases', () => {
    const told = sectionOf(pageOf(), 'Not archived');

    assert.match(told, /5 copies are waived/);
    assert.match(told, /o2-archiver items --connector o2 --day 2026-11-23 --outcome waived/);
    const books = { ...shownReport().books, waived: 0 };
    assert.doesNotMatch(sectionOf(pageOf({ books }), 'Not archived'), /waived/);
  });

  it('does not count a refused package that was delivered again and taken', () => {
    const [taken, refused] = shownReport().packages;
    const packages = [taken!, refused!, { ...refused!, ...TAKEN, delivery: 2 }];
    const page = pageOf({ packages });

    assert.doesNotMatch(textContent(all('header', page)), /refused/);
    assert.match(sectionOf(page, 'Packages'), /refused, delivered again and taken: count-mismatch/);
  });

  it('states in a sentence what the day came to', () => {
    const said = (over: Partial<Report>) => {
      return textContent(all((name) => name === 'p', all('header', pageOf(over)))).trim();
    };

    assert.match(said({}), /Partial\. 21 copies are not archived, 1 package refused as a whole/);
    assert.match(said({}), /4 copies lack something/);
    assert.match(said({ outcome: 'complete' }), /Complete, but 4 copies lack something/);
    const { books } = shownReport();
    const whole = { ...books, partiallyImported: 0 };
    assert.match(
      said({ outcome: 'complete', books: whole }),
      /Every item is archived for everyone it belongs to, save 5 copies whose case was closed\./,
    );
    assert.match(
      said({ outcome: 'complete', books: { ...whole, waived: 0 } }),
      /Every item is archived for everyone it belongs to\./,
    );
    assert.match(said({ outcome: 'empty' }), /a package without items/);
    assert.match(said({ outcome: 'no-delivery' }), /no package of this day/);
    assert.match(said({ outcome: 'failed', balances: false }), /do not balance/);
    assert.match(said({ outcome: 'failed' }), /The run of this day failed/);
  });
});
