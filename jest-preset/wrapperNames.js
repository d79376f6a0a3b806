'use strict';

const scopes = require('./scopes');

/** The parameters of the function in which Jest runs a file. */
const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname', 'jest'];

/**
 * Makes a transformer for the compiler that renames what a file itself declares under a name of these parameters, as in
 * `const __filename = fileURLToPath(import.meta.url)`. An ES module may declare all of them, a CommonJS file `jest`.
 */
module.exports = function wrapperNames(ts) {
  const { declared, isReference } = scopes(ts);

  /** True for a declaration that is a variable in the compiled file. */
  function isEmitted(node) {
    const flags = ts.getCombinedModifierFlags(node);
    if ((flags & ts.ModifierFlags.Ambient) !== 0) return false;
    if (ts.isVariableDeclaration(node) || ts.isBindingElement(node)) return (flags & ts.ModifierFlags.Export) === 0;
    if (ts.isFunctionDeclaration(node)) return node.body !== undefined;
    return [ts.isClassDeclaration, ts.isEnumDeclaration, ts.isModuleDeclaration, ts.isNamespaceImport].some((is) =>
      is(node),
    );
  }

  /** The new name of each parameter's name that the file declares. */
  function renamedIn(file) {
    const names = ts.isExternalModule(file) ? PARAMETERS : ['jest'];
    const taken = names.filter((name) =>
      file.locals?.get(ts.escapeLeadingUnderscores(name))?.declarations?.some(isEmitted),
    );
    return new Map(taken.map((name) => [name, unused(`${name}_`, file.text)]));
  }

  return (context) => (file) => {
    const renamed = renamedIn(file);
    if (renamed.size === 0) return file;
    const { factory } = context;
    // What `export class module {}` exports, by the exported names: the declaration itself loses its `export`. A
    // function is exported before the first statement runs, as in an ES module.
    const functions = new Map();
    const values = new Map();

    const isRenamed = (name) => renamed.has(name.text) && declared(name)?.scope === file;
    const newName = (name) => {
      const identifier = ts.setTextRange(factory.createIdentifier(renamed.get(name.text)), name);
      // By the original the compiler sees that an assignment changes an export.
      return ts.setOriginalNode(identifier, name);
    };

    function visit(node) {
      if (ts.isIdentifier(node)) return isReference(node) && isRenamed(node) ? newName(node) : node;
      if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
      if (isExportModifier(node) && isDeclarationOfRenamed(node.parent)) {
        const { name, modifiers } = node.parent;
        const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
        const exports = ts.isFunctionDeclaration(node.parent) ? functions : values;
        exports.set(isDefault ? 'default' : name.text, renamed.get(name.text));
        return undefined;
      }
      if (ts.isShorthandPropertyAssignment(node) && isRenamed(node.name)) {
        const initializer = node.objectAssignmentInitializer;
        const value = newName(node.name);
        return factory.createPropertyAssignment(
          factory.createIdentifier(node.name.text),
          initializer === undefined ? value : factory.createAssignment(value, ts.visitNode(initializer, visit)),
        );
      }
      if (isShorthandBinding(node) && isRenamed(node.name)) {
        const key = factory.createIdentifier(node.name.text);
        const initializer = ts.visitNode(node.initializer, visit);
        return factory.updateBindingElement(node, undefined, key, newName(node.name), initializer);
      }
      if (ts.isExportSpecifier(node) && node.parent.parent.moduleSpecifier === undefined) {
        const local = node.propertyName ?? node.name;
        return renamed.has(local.text)
          ? factory.updateExportSpecifier(node, node.isTypeOnly, newName(local), node.name)
          : node;
      }
      return ts.visitEachChild(node, visit, context);
    }

    const isShorthandBinding = (node) =>
      ts.isBindingElement(node) &&
      node.propertyName === undefined &&
      node.dotDotDotToken === undefined &&
      ts.isIdentifier(node.name) &&
      ts.isObjectBindingPattern(node.parent);
    const isExportModifier = ({ kind }) =>
      kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword;
    const isDeclarationOfRenamed = (node) =>
      node.parent === file && node.name !== undefined && renamed.has(node.name.text);

    const result = ts.visitEachChild(file, visit, context);
    const assigned = ([exported, local]) => {
      const target = factory.createPropertyAccessExpression(factory.createIdentifier('exports'), exported);
      return factory.createExpressionStatement(factory.createAssignment(target, factory.createIdentifier(local)));
    };
    return factory.updateSourceFile(result, [
      ...[...functions].map(assigned),
      ...result.statements,
      ...[...values].map(assigned),
    ]);
  };
};

/** The name, with more underscores while the text has it. */
const unused = (name, text) => (text.includes(name) ? unused(`${name}_`, text) : name);
