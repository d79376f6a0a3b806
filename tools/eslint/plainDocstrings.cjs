'use strict';

// An ESLint rule: refuses docstrings whose first sentence opens like a riddle, which is read twice before it is understood.
// "What is left of it" becomes "The time that is left"; "Of a nested field" becomes "The path of a nested field".

const VALUE = 'name the value, as in "Number of …" or "Milliseconds until …"';

const REFUSED = [
  { opens: /^(What|Whatever|Who|Whom|Whose|Of|Those)\b/, instead: 'name the thing, or start with a verb' },
  { opens: /^That\b/, instead: 'name the thing that "that" stands for' },
  // "Without an answer for so long, the status is unknown." What follows "that" or "as" is a comparison, and plain.
  { opens: /^[^.:]*?\bso (many|much|often|long|few|little)\b(?! \w* ?(that|as)\b)/i, instead: VALUE },
  { opens: /^As (?!soon as\b)/, instead: 'write "Like …", "The same as …", or name the value' },
  { opens: /^(Nothing|None) (that|which|of)\b/, instead: 'say it of the thing itself' },
  { opens: /^Where nothing\b/, instead: 'say when, then what happens' },
];

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Refuse docstrings that open like a riddle.' },
    schema: [],
    messages: { riddle: 'A docstring does not open with "{{opening}}": {{instead}}.' },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (comment.type !== 'Block' || !comment.value.startsWith('*')) continue;
          const text = firstText(comment.value);
          const refused = REFUSED.find(({ opens }) => opens.test(text));
          if (refused === undefined) continue;
          const opening = refused.opens.exec(text)[0].trim();
          context.report({ loc: comment.loc, messageId: 'riddle', data: { opening, instead: refused.instead } });
        }
      },
    };
  },
};

/** The text of a docstring without its stars. */
function firstText(comment) {
  return comment.replace(/^\s*\*+ ?/gm, '').trim();
}
