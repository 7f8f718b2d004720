import { readMarkup } from './markup.ts';

export interface HtmlReading {
  readonly text: string;
  /** Whether markup shows nothing or never ends, so that its source stands in the text. */
  readonly isDoubtful: boolean;
}

/** Elements whose end or start breaks the line. */
const BLOCKS =
  /^(br|p|div|tr|li|ul|ol|table|h[1-6]|hr|blockquote|pre|section|article|header|footer|title)$/u;
/** Elements whose content nobody sees. The head is none: its end may be left out. */
const HIDDEN = /^(script|style|template|title)$/u;
/** What can say something without a word of text, and elements that say nothing by being there. */
const SAYING = ['src', 'srcdoc', 'href', 'data', 'value', 'title', 'alt'];
const SILENT =
  /^(?:html|head|body|meta|link|base|style|script|template|title|noscript|xml|a|b|i|u|s|em|strong|small|big|font|span|center|img|t(?:able|body|head|foot|r|d|h)|col(?:group)?|br|p|div|li|ul|ol|h[1-6r]|blockquote|pre|section|article|main|header|footer|o:p)$/u;
/** Of a link that only says its own text. */
const SCHEME = /^(?:https?:\/\/|mailto:|tel:|sms:)/iu;

/**
 * The words of an HTML body as text, in one linear pass: line breaks where blocks end, nothing
 * wrapped, nothing invented, and behind a link where it leads. Where nothing would be seen although
 * something is there, or something is hidden without end, its source is the text.
 */
export function htmlToText(html: string): HtmlReading {
  let text = '';
  const open: { hidden: { name: string; text: string } | null } = { hidden: null };
  let link: { href: string; from: number } | null = null;
  const seen = { isMore: false, isDoubtful: false };
  const endLink = () => {
    if (link !== null) text += leadingTo(link.href, text.slice(link.from));
    link = null;
  };
  const said = (words: string) => {
    if (open.hidden === null) text += words;
    else open.hidden.text += words;
  };
  readMarkup(html, {
    text: (words) => said(words.replaceAll(/[ \t\n\f\r]+/gu, ' ')),
    open(name, attributes) {
      seen.isMore ||=
        !SILENT.test(name) || SAYING.some((each) => isSaying(attributes.get(each) ?? ''));
      if (open.hidden !== null) return;
      if (BLOCKS.test(name)) text += '\n';
      if (HIDDEN.test(name)) open.hidden = { name, text: '' };
      if (name === 'img') text += attributes.get('alt') ?? '';
      if (name !== 'a') return;
      endLink();
      link = { href: attributes.get('href')?.trim() ?? '', from: text.length };
    },
    close(name) {
      if (open.hidden !== null) {
        if (name !== open.hidden.name) return;
        seen.isMore ||= name !== 'style' && open.hidden.text.trim() !== '';
        open.hidden = null;
      } else if (name === 'a') endLink();
      else if (BLOCKS.test(name)) text += '\n';
      else if (name === 'td' || name === 'th') text += ' ';
    },
    unended(source) {
      seen.isDoubtful ||= source.trim() !== '';
      said(source);
    },
  });
  endLink();
  const rest = open.hidden?.text.trim() ?? '';
  if (rest !== '') {
    seen.isDoubtful = true;
    text += `\n${rest}`;
  }
  const shown = inLines(text);
  return shown === '' && seen.isMore
    ? { text: html.trim(), isDoubtful: true }
    : { text: shown, isDoubtful: seen.isDoubtful };
}

function inLines(text: string): string {
  return text
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .map((line) => line.replaceAll(/[ \t\f\r]+/gu, ' ').trim())
    .filter((line, index, lines) => line !== '' || (lines[index - 1] ?? '') !== '')
    .join('\n')
    .trim();
}

/** Nothing is said by a part of the same message, which is attached, or a place on the same page. */
function isSaying(value: string): boolean {
  return value.trim() !== '' && !/^\s*(?:cid:|#)/iu.test(value);
}

function leadingTo(href: string, text: string): string {
  const bare = (link: string) => link.trim().replace(SCHEME, '').replace(/\/$/u, '').toLowerCase();
  return !isSaying(href) || bare(href) === bare(text) ? '' : ` <${href}>`;
}
