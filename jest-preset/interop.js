'use strict';

/** The property of a module's exports that says whether it is CommonJS, for imports of ES modules; not enumerable. */
const COMMONJS = '__daemonryCommonJS';

/** The end of an ES module. A CommonJS module may export these exports as its own. */
const MODULE_END = `
;Object.defineProperty(exports, '${COMMONJS}', { value: false });
`;

/** The end of a CommonJS module that calls itself `__esModule`. */
const COMMONJS_END = `
;if (module.exports && module.exports.__esModule && !('${COMMONJS}' in module.exports) && Object.isExtensible(module.exports)) Object.defineProperty(module.exports, '${COMMONJS}', { value: true });
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

/** The code of a module in such a form that ES modules import it as Node does. */
function markModule(code, isModule) {
  if (isModule) return code + MODULE_END;
  return code.includes('__esModule') ? code + COMMONJS_END : code;
}

module.exports = { nodeInterop, markModule };
