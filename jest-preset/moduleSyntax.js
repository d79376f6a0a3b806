'use strict';

const path = require('node:path');
const { pathToFileURL } = require('node:url');

const PresetError = require('./PresetError');

/** The function `import.meta.resolve`, as an expression for a CommonJS module. Mocks of node: modules do not reach it. */
const RESOLVE =
  '(request) => process.getBuiltinModule("node:module").isBuiltin(request) ? request.replace(/^(?!node:)/, "node:") : ' +
  'process.getBuiltinModule("node:url").pathToFileURL(require.resolve(request)).href';

/**
 * Makes a transformer for the compiler that handles syntax which CommonJS does not have: replaces `import.meta`, and
 * throws a PresetError for a top-level `await`.
 */
module.exports = function moduleSyntax(ts) {
  return (context) => (file) => {
    if (!/\bimport\s*\.\s*meta\b|\bawait\b/.test(file.text)) return file;
    const visit = (inFunction) => (node) => {
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        return context.factory.createIdentifier(metaOf(file.fileName));
      }
      if (!inFunction && isAwait(node)) refuse(node);
      return ts.visitEachChild(node, visit(inFunction || ts.isFunctionLike(node)), context);
    };
    const isAwait = (node) =>
      ts.isAwaitExpression(node) ||
      (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
      (ts.isVariableDeclarationList(node) &&
        (node.flags & ts.NodeFlags.BlockScoped) === (ts.NodeFlags.AwaitUsing ?? Number.NaN));
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

/** The properties that `import.meta` has in Node, as an expression for a CommonJS module. */
function metaOf(file) {
  const properties = { url: pathToFileURL(file).href, filename: file, dirname: path.dirname(file) };
  const known = Object.entries(properties).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `({ ${known.join(', ')}, resolve: ${RESOLVE} })`;
}
