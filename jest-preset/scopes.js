'use strict';

/**
 * Makes functions that tell what a name in a file means. They read the tables that the compiler has made of the names of
 * each scope, so they work in a transformer for the compiler, on nodes of the source.
 */
module.exports = function scopes(ts) {
  const isNamedExpression = (node) => ts.isFunctionExpression(node) || ts.isClassExpression(node);
  const hasMembersAsNames = (node) => ts.isModuleDeclaration(node) || ts.isEnumDeclaration(node);

  /** The declarations of an identifier's name and the node whose scope has them; undefined when the file has none. */
  function declared(identifier) {
    const name = identifier.escapedText;
    for (let scope = identifier.parent; scope !== undefined; scope = scope.parent) {
      if (isNamedExpression(scope) && scope.name?.escapedText === name) return { scope, declarations: [scope] };
      const symbol =
        scope.locals?.get(name) ?? (hasMembersAsNames(scope) ? scope.symbol?.exports?.get(name) : undefined);
      if (symbol !== undefined) return { scope, declarations: symbol.declarations ?? [] };
    }
    return undefined;
  }

  /** True for an identifier that stands for a value: not for the name of a property, a label or an import. */
  function isReference(identifier) {
    const { parent } = identifier;
    if (ts.isPropertyAccessExpression(parent) || ts.isMetaProperty(parent)) return parent.expression === identifier;
    if (ts.isBindingElement(parent)) return parent.propertyName !== identifier;
    if (ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isExportSpecifier(parent)) return false;
    if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
    const isNamed = ts.isPropertyAssignment(parent) || ts.isClassElement(parent) || ts.isEnumMember(parent);
    return !((isNamed || ts.isJsxAttribute(parent) || ts.isNamespaceExport(parent)) && parent.name === identifier);
  }

  return { declared, isReference };
};
