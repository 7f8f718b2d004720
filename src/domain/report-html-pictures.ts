import { barChart, columnChart, type Bar } from './report-charts.ts';
import { counted, escape, folded, grouped, section, table } from './report-markup.ts';
import type { DayOutcome, Report } from './report.ts';
import type { TrendDay } from './trend.ts';

/** The day by kind, outcome and hour, and the month: pictures with the same in words beside each. */
export function picturesSection(report: Report): string {
  // A day without items has nothing to draw; its month has.
  const ofTheDay = report.books.items === 0 ? [] : [kinds(report), outcomes(report), hours(report)];
  const figures = [...ofTheDay, trend(report)].filter((drawn) => drawn !== '');
  if (figures.length === 0) return '';
  return section('The day in pictures', `<div class="charts">${figures.join('\n')}</div>`);
}

function figure(title: string, picture: string, words: string, more = ''): string {
  return `<figure><h3>${escape(title)}</h3>
${picture}
<figcaption><p>${escape(words)}</p></figcaption>${more}</figure>`;
}

function kinds({ kinds: { sms, mms, call } }: Report): string {
  const bars: Bar[] = [
    { label: 'SMS', value: sms, kind: 'plain' },
    { label: 'MMS', value: mms, kind: 'plain' },
    { label: 'Calls', value: call, kind: 'plain' },
  ];
  const title = 'Items by kind';
  return figure(
    title,
    barChart('kinds', title, bars),
    `${grouped(sms)} SMS, ${grouped(mms)} MMS and ${counted(call, 'call')} in the packages of the day.`,
  );
}

const OUTCOMES = {
  imported: ['Imported', 'good'],
  partial: ['Partial', 'warn'],
  skipped: ['Skipped', 'quiet'],
  unmapped: ['Unmapped', 'bad'],
  waived: ['Waived', 'quiet'],
  failed: ['Failed', 'bad'],
} as const satisfies Record<keyof Report['itemOutcomes'], [string, Bar['kind']]>;

function outcomes({ itemOutcomes }: Report): string {
  const bars = (Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[]).map((outcome): Bar => {
    const [label, kind] = OUTCOMES[outcome];
    return { label, kind, value: itemOutcomes[outcome] };
  });
  const title = 'Items by outcome';
  const open = itemOutcomes.unmapped + itemOutcomes.failed;
  return figure(
    title,
    barChart('outcomes', title, bars),
    open === 0
      ? 'No item waits.'
      : `${counted(open, 'item')} ${open === 1 ? 'waits' : 'wait'}: unmapped until its person has a mailbox, failed until its reason is gone.`,
  );
}

const hourName = (hour: number) => String(hour).padStart(2, '0');

function hours({ hours: counts }: Report): string {
  if (counts === undefined) return '';
  const { ofTheDay, otherDays } = counts;
  const most = Math.max(...ofTheDay);
  const busiest = ofTheDay.indexOf(most);
  const words = [
    most === 0
      ? 'No item was sent on the day itself.'
      : `Most in the hour from ${hourName(busiest)}:00: ${counted(most, 'item')}.`,
    ...(otherDays === 0 ? [] : [`${counted(otherDays, 'item')} of other days.`]),
  ].join(' ');
  const title = 'Items by hour, UTC';
  const bars = ofTheDay.map((value, hour): Bar => ({
    label: hourName(hour),
    value,
    kind: 'plain',
  }));
  return figure(
    title,
    columnChart('hours', title, bars, { every: 4, summary: words }),
    words,
    folded(
      'Each hour',
      table(
        'Items by the hour of their own time, UTC',
        [{ head: 'Hour' }, { head: 'Items', kind: 'count' }],
        ofTheDay.map((count, hour) => [`${hourName(hour)}:00`, count]),
      ),
    ),
  );
}

const DAY_KINDS: Readonly<Record<DayOutcome, Bar['kind']>> = {
  complete: 'good',
  partial: 'warn',
  empty: 'quiet',
  'no-delivery': 'bad',
  failed: 'bad',
};

function trend({ trend: days, waivedDays = [] }: Report): string {
  if (days === undefined || days.length === 0) return '';
  const title = days.length === 1 ? 'The first day' : `The last ${grouped(days.length)} days`;
  const waived = new Set(waivedDays.map(({ day }) => day));
  const words = trendWords(days, waived);
  const bars = days.map(({ day, outcome, items }): Bar => {
    const kind = outcome === null ? 'quiet' : DAY_KINDS[outcome];
    const mark = outcome === 'no-delivery' ? { mark: '✗' } : {};
    return { label: day.slice(5), value: items, kind, ...mark };
  });
  return figure(
    title,
    columnChart('trend', `${title}: items a day`, bars, { every: 7, summary: words }),
    words,
    folded(
      'Each day',
      table(
        'The days as their latest reports had them; not archived in copies',
        [
          ...[{ head: 'Day' }, { head: 'Outcome' }],
          ...[{ head: 'Items', kind: 'count' } as const],
          ...[{ head: 'Not archived', kind: 'count' } as const],
        ],
        days.map(({ day, outcome, items, failed }) => [
          ...[day, outcome ?? (waived.has(day) ? 'left out' : 'no report'), items, failed],
        ]),
        { isNarrow: true },
      ),
    ),
  );
}

function trendWords(days: readonly TrendDay[], waived: ReadonlySet<string>): string {
  const count = (isMeant: (day: TrendDay) => boolean) => days.filter(isMeant).length;
  const known = days.filter(({ outcome }) => outcome !== null);
  const items = known.reduce((sum, day) => sum + (day.items ?? 0), 0);
  const said: (readonly [number, string])[] = [
    [count(({ outcome }) => outcome === 'complete'), 'complete (green)'],
    [count(({ outcome }) => outcome === 'partial'), 'partial (amber)'],
    [count(({ outcome }) => outcome === 'empty'), 'empty'],
    [count(({ outcome }) => outcome === 'failed'), 'failed (red)'],
    [count(({ outcome }) => outcome === 'no-delivery'), 'without delivery (✗)'],
    [
      count(({ day, outcome }) => outcome === null && !waived.has(day)),
      'without a report (dotted)',
    ],
    [
      count(({ day, outcome }) => outcome === null && waived.has(day)),
      'left out on purpose (dotted)',
    ],
  ];
  const parts = said.filter(([many]) => many > 0).map(([many, word]) => `${grouped(many)} ${word}`);
  return `${counted(items, 'item')} in ${counted(known.length, 'day')} with a report. Days: ${parts.join(', ')}.`;
}
