'use strict';

/** The methods of `jest` that have to run before the imports. */
const HOISTED = new Set(['mock', 'unmock', 'deepUnmock', 'enableAutomock', 'disableAutomock']);
/** The package that exports `jest` to files that do not use the global. */
const GLOBALS = '@jest/globals';

/**
 * Makes a transformer for the compiler that moves `jest.mock()` and its kin above the imports, so that they act on
 * them. `jest` may be the global, or come from `@jest/globals` under any name.
 */
module.exports = function hoistMocks(ts) {
  const isImportOfGlobals = (statement) =>
    ts.isImportDeclaration(statement) && statement.moduleSpecifier.text === GLOBALS;

  /** The local names of `jest`, and of namespaces that have it as a property. */
  function namesIn(file) {
    const jests = new Set(['jest']);
    const namespaces = new Set();
    for (const statement of file.statements.filter(isImportOfGlobals)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined) continue;
      if (ts.isNamespaceImport(bindings)) namespaces.add(bindings.name.text);
      else {
        for (const { name, propertyName } of bindings.elements) {
          if ((propertyName ?? name).text === 'jest') jests.add(name.text);
        }
      }
    }
    return { jests, namespaces };
  }

  function isMockCall(node, names) {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
    const { expression: subject, name } = node.expression;
    return HOISTED.has(name.text) && (isJest(subject, names) || isMockCall(subject, names));
  }

  function isJest(node, { jests, namespaces }) {
    if (ts.isIdentifier(node)) return jests.has(node.text);
    return (
      ts.isPropertyAccessExpression(node) &&
      node.name.text === 'jest' &&
      ts.isIdentifier(node.expression) &&
      namespaces.has(node.expression.text)
    );
  }

  return (context) => (file) => {
    const names = namesIn(file);
    const rank = (statement) => {
      if (isImportOfGlobals(statement)) return 0;
      return ts.isExpressionStatement(statement) && isMockCall(statement.expression, names) ? 1 : 2;
    };
    const ranks = new Map(file.statements.map((statement) => [statement, rank(statement)]));
    if (![...ranks.values()].includes(1)) return file;
    const hoisted = [...file.statements].sort((a, b) => ranks.get(a) - ranks.get(b));
    return context.factory.updateSourceFile(file, hoisted);
  };
};
