import type { JsonObject } from './request-body.ts';
import { isObject, textOf } from './request-body.ts';
import { unreadableBody } from './answer.ts';

const PREVIEW_LENGTH = 255;
/** A tag with its attributes; text that shows one, as `&lt;img …&gt;`, is none. */
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^"'<>])*>/gi;
/** Whole, so that what a quoted value says is not taken for another attribute. */
const ATTRIBUTE = /[\s/]+([^\s"'<>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?/g;

export interface Body {
  readonly contentType: 'html' | 'text';
  readonly content: string;
}

/** Reads `body` of a create or update request; an empty text when absent. @throws {GraphFailure} */
export function readBody(request: JsonObject): Body {
  const given = request['body'] ?? null;
  if (given === null) return { contentType: 'text', content: '' };
  if (!isObject(given)) throw unreadableBody("An object was expected for 'body'.");
  const contentType = (textOf(given, 'contentType') ?? 'text').toLowerCase();
  if (contentType !== 'html' && contentType !== 'text') {
    throw unreadableBody(`Requested value '${contentType}' was not found.`);
  }
  return { contentType, content: textOf(given, 'content') ?? '' };
}

/** As Graph gives HTML back: within a document of its own and, unless asked, without scripts. */
export function shownBody(body: Body, wants: { isText: boolean; isUnsafeAllowed: boolean }): Body {
  if (body.contentType === 'text') return body;
  if (wants.isText) return { contentType: 'text', content: plainText(body.content) };
  const safe = wants.isUnsafeAllowed ? body.content : withoutScripts(body.content);
  const meta = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';
  const content = /<html[\s>]/i.test(safe)
    ? safe.replace(/<head[^>]*>/i, (head) => `${head}\r\n${meta}`)
    : `<html><head>\r\n${meta}</head><body>${safe}</body></html>`;
  return { contentType: 'html', content };
}

export function previewOf(body: Body): string {
  const text = body.contentType === 'html' ? plainText(body.content) : body.content;
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, PREVIEW_LENGTH);
}

function withoutScripts(html: string): string {
  return html
    .replaceAll(/<script\b[^>]*>[\s\S]*?<\/script\s*>/gi, '')
    .replaceAll(TAG, (tag) =>
      tag.replaceAll(ATTRIBUTE, (attribute: string, name: string) =>
        /^on/i.test(name) ? '' : attribute,
      ),
    );
}

function plainText(html: string): string {
  const named: Readonly<Record<string, string>> = {
    lt: '<',
    gt: '>',
    quot: '"',
    nbsp: ' ',
    amp: '&',
  };
  return html
    .replaceAll(/<(style|script|head)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, '')
    .replaceAll(/<br\s*\/?>|<\/(p|div|tr|h\d|li)>/gi, '\r\n')
    .replaceAll(/<\/t[dh]>/gi, ' ')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#(\d{1,7});/g, (_, digits: string) => codePoint(Number(digits)))
    .replaceAll(/&(lt|gt|quot|nbsp|amp);/g, (_, name: string) => named[name] ?? '');
}

function codePoint(code: number): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '\uFFFD';
}
