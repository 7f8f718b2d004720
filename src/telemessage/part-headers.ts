import { decodeUnlabelled } from './charset.ts';
import { decodeWords, isOfEncryption } from './headers.ts';
import type { Parameters, SplitNode } from './split-tree.ts';

/** What the headers of a node of the MIME tree mean, beyond what the splitter reads from them. */

/** How feeds misspell the two types of a text. */
const TEXT_TYPE = /^(?:(?:text\/)?(?:x-)?(plain|html)(?=[\s,]|$)|text\/?$)/u;
const CHARSET = /\bcharset\s*=\s*"?([^\s;"]+)/iu;

/** As sent, but a text by its right name; a part of no type and no name is one. */
export function typeOf(node: SplitNode): string | false {
  const sent = node.contentType === false ? '' : node.contentType;
  const isUntyped = sent === '' && node.disposition === false && nameOf(node) === null;
  const kind = isUntyped ? ['', 'plain'] : TEXT_TYPE.exec(sent);
  return kind === null ? node.contentType : `text/${kind[1] ?? 'plain'}`;
}

/** Also where no semicolon stands before it. */
export function charsetOf({ charset, _parsedContentType }: SplitNode): string | null {
  return charset || (CHARSET.exec(_parsedContentType.value)?.[1] ?? null);
}

/** By the customer, alone or with the parts around it. */
export function isEncrypted(node: SplitNode): boolean {
  const isSo = ({ headers }: SplitNode) =>
    headers !== false && headers.getList().some(({ key }) => isOfEncryption(key));
  for (let at: SplitNode | false = node; at !== false; at = at.parentNode) {
    if (isSo(at)) return true;
  }
  return false;
}

/** The splitter's own is decoded word by word, which loses characters that lie in two of them. */
export function nameOf({
  _parsedContentDisposition,
  _parsedContentType,
}: SplitNode): string | null {
  const named = (key: string, { params, decodedParams }: Parameters) => {
    const value = params[key] ?? '';
    if (decodedParams.includes(key)) return value || null;
    // What is no UTF-8 comes as one character a byte, in which windows-1252 has letters here.
    const letters = value.replaceAll(/[\x80-\x9f]+/gu, (run) =>
      decodeUnlabelled(Buffer.from(run, 'latin1')),
    );
    return decodeWords(letters) || null;
  };
  return named('filename', _parsedContentDisposition) ?? named('name', _parsedContentType);
}

/** The innermost multipart/alternative around the node. */
export function alternativeAround(node: SplitNode): object | null {
  for (let at = node.parentNode; at !== false; at = at.parentNode) {
    if (at.contentType === 'multipart/alternative') return at;
  }
  return null;
}
