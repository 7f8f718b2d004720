import { Tokenizer } from 'htmlparser2';

/** Is called in the order of the source. Names are lower case, references decoded. */
export interface MarkupVisitor {
  text(text: string): void;
  /** Names without a value have an empty one; of two of a name, the first counts. */
  open(name: string, attributes: ReadonlyMap<string, string>): void;
  close(name: string): void;
  /** What a tag or comment holds that never ends. */
  unended(source: string): void;
}

/**
 * Reads HTML or the XML of a SMIL document in one linear pass: by its tokens, because a tree costs a
 * search per closing tag that opened nowhere. What is between `<script>` and `</script>` is text.
 */
export function readMarkup(source: string, visitor: MarkupVisitor): void {
  let tag = '';
  let attributes = new Map<string, string>();
  let name = '';
  let value = '';
  /** Where what was handed over ends. */
  let end = 0;
  const toEnd = (last: number) => void (end = last + 1);
  const opened = (last: number) => {
    toEnd(last);
    visitor.open(tag, attributes);
  };
  const tokens = new Tokenizer(
    {},
    {
      ontext: (start, stop) => {
        end = stop;
        visitor.text(source.slice(start, stop));
      },
      ontextentity: (code, stop) => {
        end = stop;
        visitor.text(String.fromCodePoint(code));
      },
      onopentagname: (start, stop) => {
        tag = source.slice(start, stop).toLowerCase();
        attributes = new Map();
      },
      onattribname: (start, stop) => {
        name = source.slice(start, stop).toLowerCase();
        value = '';
      },
      onattribdata: (start, stop) => void (value += source.slice(start, stop)),
      onattribentity: (code) => void (value += String.fromCodePoint(code)),
      onattribend: () => {
        if (!attributes.has(name)) attributes.set(name, value);
      },
      onopentagend: opened,
      onselfclosingtag: opened,
      onclosetag: (start, stop) => {
        const close = source.indexOf('>', stop);
        end = close < 0 ? source.length : close + 1;
        visitor.close(source.slice(start, stop).toLowerCase());
      },
      oncomment: (start, last) => {
        toEnd(last);
        if (last >= source.length) visitor.unended(source.slice(start));
      },
      oncdata: (start, last, endOffset) => {
        toEnd(last);
        visitor.text(source.slice(start, last - endOffset));
      },
      ondeclaration: (_start, last) => toEnd(last),
      onprocessinginstruction: (_start, last) => toEnd(last),
      onend: () => undefined,
    },
  );
  tokens.write(source);
  tokens.end();
  if (end < source.length) visitor.unended(source.slice(end));
}
