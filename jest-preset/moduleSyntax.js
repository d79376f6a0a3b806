'use strict';

const PresetError = require('./PresetError');

/** The properties that `import.meta` has in Node, as an expression for a CommonJS module. */
const META =
  '({ url: require("node:url").pathToFileURL(__filename).href, filename: __filename, dirname: __dirname, ' +
  'resolve: (request) => require("node:url").pathToFileURL(require.resolve(request)).href })';

/**
 * Makes a transformer for the compiler that handles syntax which CommonJS does not have: replaces `import.meta`, and
 * throws a PresetError for a top-level `await`.
 */
module.exports = function moduleSyntax(ts) {
  return (context) => (file) => {
    if (!/\bimport\s*\.\s*meta\b|\bawait\b/.test(file.text)) return file;
    const visit = (inFunction) => (node) => {
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        return context.factory.createIdentifier(META);
      }
      if (!inFunction && isAwait(node)) refuse(node);
      return ts.visitEachChild(node, visit(inFunction || ts.isFunctionLike(node)), context);
    };
    const isAwait = (node) =>
      ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined);
    const refuse = (node) => {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      throw new PresetError(
        'JEST_TOP_LEVEL_AWAIT',
        'A module with a top-level "await" cannot be loaded: under the preset Jest runs CommonJS.',
        { at: `${file.fileName}:${line + 1}` },
        'move the await into a function, or keep the module out of the test: jest.mock() replaces it.',
      );
    };
    return ts.visitNode(file, visit(false));
  };
};
