'use strict';

/** The property by which the compiled `import` of an ES module knows the exports of a CommonJS module. */
const COMMONJS = '__daemonryCommonJS';

/** The end of a CommonJS module that calls itself `__esModule`. The property of its exports is not enumerable. */
const MARK = `
;if (module.exports && module.exports.__esModule && Object.isExtensible(module.exports)) Object.defineProperty(module.exports, '${COMMONJS}', { value: true });
`;

/**
 * Makes a transformer for the compiler's output that gives ES modules the default import of Node: of a CommonJS module
 * it is `module.exports`, also when that says `__esModule`, as what compilers write does. Mocks that say `__esModule`
 * stand for ES modules.
 */
function nodeInterop(ts) {
  return () => (file) => {
    for (const helper of [...(ts.getEmitHelpers(file) ?? [])]) {
      if (typeof helper.text !== 'string' || !/^typescript:commonjsimport(default|star)$/.test(helper.name)) continue;
      ts.removeEmitHelper(file, helper);
      const text = helper.text.replace('mod.__esModule', `mod.__esModule && !mod.${COMMONJS}`);
      ts.addEmitHelper(file, { ...helper, text });
    }
    return file;
  };
}

/** The code of a CommonJS module in such a form that ES modules import it as Node does. */
const markCommonJS = (code) => (code.includes('__esModule') ? code + MARK : code);

module.exports = { nodeInterop, markCommonJS };
