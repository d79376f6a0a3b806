'use strict';

const scopes = require('./scopes');

/** The methods of `jest` that have to run before what stands above them. */
const HOISTED = new Set(['mock', 'unmock', 'deepUnmock', 'enableAutomock', 'disableAutomock']);
/** The package that exports `jest` to files that do not use the global. */
const GLOBALS = '@jest/globals';

/** The order of the statements in a block. */
const DIRECTIVE = 0;
const GLOBALS_IMPORT = 1;
const MOCK = 2;
const IMPORT = 3;
const OTHER = 4;

/**
 * Makes a transformer for the compiler that moves `jest.mock()` and its kin to the top of their block, in a file above
 * the imports, so that they act on them. `jest` may be the global, or come from `@jest/globals` under any name. With
 * `importsFirst`, imports are moved above all other statements, as an ES module runs them.
 */
module.exports = function hoistMocks(ts, { importsFirst }) {
  const { declared } = scopes(ts);

  const isGlobals = (node) => node !== undefined && ts.isStringLiteralLike(node) && node.text === GLOBALS;
  const isRequireOfGlobals = (node) =>
    node !== undefined &&
    ts.isCallExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'require' &&
    declared(node.expression) === undefined &&
    isGlobals(node.arguments[0]);

  /** True for a declaration whose name stands for all exports of `@jest/globals`. */
  function isNamespace(node) {
    if (ts.isNamespaceImport(node)) return isGlobals(node.parent.parent.moduleSpecifier);
    if (ts.isImportEqualsDeclaration(node)) return isGlobals(node.moduleReference.expression);
    return ts.isVariableDeclaration(node) && isRequireOfGlobals(node.initializer);
  }

  /** True for a declaration whose name stands for `jest`. */
  function isImportOfJest(node) {
    if ((node.propertyName ?? node.name)?.text !== 'jest') return false;
    if (ts.isImportSpecifier(node)) return isGlobals(node.parent.parent.parent.moduleSpecifier);
    return ts.isBindingElement(node) && isNamespace(node.parent.parent);
  }

  function isJest(node) {
    if (ts.isIdentifier(node)) {
      const found = declared(node);
      return found === undefined ? node.text === 'jest' : found.declarations.some(isImportOfJest);
    }
    return (
      ts.isPropertyAccessExpression(node) &&
      node.name.text === 'jest' &&
      ts.isIdentifier(node.expression) &&
      declared(node.expression)?.declarations.some(isNamespace) === true
    );
  }

  function isMockCall(node) {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
    const { expression: subject, name } = node.expression;
    return HOISTED.has(name.text) && (isJest(subject) || isMockCall(subject));
  }

  /** True for a statement that only makes `jest` known. */
  function isImportOfGlobals(node) {
    if (ts.isImportDeclaration(node)) return isGlobals(node.moduleSpecifier);
    if (ts.isImportEqualsDeclaration(node)) return isNamespace(node);
    return (
      ts.isVariableStatement(node) &&
      node.declarationList.declarations.every(({ initializer }) => isRequireOfGlobals(initializer))
    );
  }

  function rankOf(node) {
    if (isImportOfGlobals(node)) return GLOBALS_IMPORT;
    if (ts.isExpressionStatement(node)) {
      if (ts.isStringLiteral(node.expression)) return DIRECTIVE;
      return isMockCall(node.expression) ? MOCK : OTHER;
    }
    const isImport = ts.isImportDeclaration(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier);
    return importsFirst && isImport ? IMPORT : OTHER;
  }

  /** The statements in the order of their ranks; the same list when they are in order. */
  function sorted(factory, statements) {
    const ranks = statements.map(rankOf);
    if (ranks.every((rank, index) => index === 0 || rank >= ranks[index - 1])) return statements;
    const order = [...ranks.keys()].sort((a, b) => ranks[a] - ranks[b]);
    const moved = order.map((index) => statements[index]);
    return ts.setTextRange(factory.createNodeArray(moved), statements);
  }

  return (context) => (file) => {
    const mayMock = /\b(mock|unmock|deepUnmock|enableAutomock|disableAutomock)\b/.test(file.text);
    const visit = (node) => {
      if (!ts.isBlock(node)) return ts.visitEachChild(node, visit, context);
      const statements = sorted(context.factory, node.statements);
      const block = statements === node.statements ? node : context.factory.updateBlock(node, statements);
      return ts.visitEachChild(block, visit, context);
    };
    if (!mayMock && !importsFirst) return file;
    const statements = sorted(context.factory, file.statements);
    const ordered = statements === file.statements ? file : context.factory.updateSourceFile(file, statements);
    return mayMock ? ts.visitEachChild(ordered, visit, context) : ordered;
  };
};
