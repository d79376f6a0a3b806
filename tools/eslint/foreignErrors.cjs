'use strict';

// An ESLint rule: an error that others throw is read by the functions of `src/errors/serializeError.ts` only. Its properties
// may be getters that throw, objects that refer to themselves, or texts of megabytes, and it may be a revoked Proxy, of which
// even `instanceof` throws. What this repository throws itself, in classes of its own, may be read as it is.

const { ESLintUtils } = require('@typescript-eslint/utils');
const ts = require('typescript');

/** Properties of errors. `name` and `errors` are read only where the type is known to be that of an error. */
const OF_ANYTHING = new Set(['message', 'stack', 'cause', 'code']);
const OF_ERRORS = new Set([...OF_ANYTHING, 'name', 'errors']);

/** Names of variables that hold what others have thrown. */
const THROWN = /^(error|thrown|reason|cause|failure|given)$/;

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: { description: 'Read errors of others through one reader, which never throws.' },
    schema: [],
    messages: {
      read: '"{{name}}" of an error of others: use messageOf, describeError, stackOf, codeOf, nameOf, causeOf or serializeError.',
      instance: 'instanceof may throw of what others have thrown: ask isErrorLike, or nameOf.',
      text: '{{name}} may throw of what others give: use textOf or describeError.',
    },
  },
  create(context) {
    const services = ESLintUtils.getParserServices(context);
    const checker = services.program.getTypeChecker();
    const isOpen = (type) => (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
    const typeOf = (node) => {
      const type = services.getTypeAtLocation(node);
      return isOpen(type) ? type : checker.getNonNullableType(type);
    };
    const isOurs = (symbol) =>
      symbol.name !== '__type' && (symbol.declarations ?? []).some((node) => !node.getSourceFile().isDeclarationFile);

    /** True for the errors of others: `Error` and what extends it, but for classes of this repository. */
    const isForeign = (type) => {
      if (type.isUnionOrIntersection()) return type.types.some(isForeign);
      if (type.flags & ts.TypeFlags.TypeParameter) {
        const constraint = checker.getBaseConstraintOfType(type);
        return constraint !== undefined && constraint !== type && isForeign(constraint);
      }
      const symbol = type.getSymbol();
      if (symbol === undefined || type.getConstructSignatures().length > 0) return false;
      if (symbol.name === 'Error' || symbol.name === 'DaemonryError') return true;
      return !isOurs(symbol) && type.isClassOrInterface() && checker.getBaseTypes(type).some(isForeign);
    };

    const isForeignRead = (owner, name, isCast) => {
      if (isForeign(owner)) return OF_ERRORS.has(name);
      if (!OF_ANYTHING.has(name)) return false;
      if (isOpen(owner)) return true;
      const symbol = owner.getSymbol();
      // An interface of this repository describes data that it has made; unless something else is only taken for it.
      if (!isCast && symbol !== undefined && isOurs(symbol)) return false;
      const property = owner.getProperty(name);
      return property !== undefined && isOpen(checker.getTypeOfSymbol(property));
    };

    const check = (node, owner, name, from) => {
      const isCast = from?.type === 'TSAsExpression';
      if (isForeignRead(owner, name, isCast)) context.report({ node, messageId: 'read', data: { name } });
    };

    const isRead = (node) =>
      !(node.parent.type === 'AssignmentExpression' && node.parent.left === node) &&
      !(node.parent.type === 'CallExpression' && node.parent.callee === node);

    return {
      MemberExpression(node) {
        const name = node.computed ? node.property.value : node.property.name;
        if (!OF_ERRORS.has(name) || !isRead(node)) return;
        if (node.object.type === 'ThisExpression' || node.object.type === 'Super') return;
        check(node, typeOf(node.object), name, node.object);
      },
      ObjectPattern(node) {
        const names = node.properties.flatMap(({ key }) => (OF_ERRORS.has(key?.name) ? [key.name] : []));
        if (names.length === 0) return;
        for (const name of names) check(node, typeOf(node), name, node.parent.init);
      },
      BinaryExpression(node) {
        if (node.operator !== 'instanceof' || !isOpen(typeOf(node.left))) return;
        const made = typeOf(node.right).getConstructSignatures()[0]?.getReturnType();
        if (made !== undefined && isForeign(made)) context.report({ node, messageId: 'instance' });
      },
      CallExpression(node) {
        if (node.callee.type !== 'Identifier' || node.callee.name !== 'String' || node.arguments.length !== 1) return;
        const [given] = node.arguments;
        if (given.type === 'Identifier' && THROWN.test(given.name) && isOpen(typeOf(given)))
          context.report({ node, messageId: 'text', data: { name: 'String(…)' } });
      },
      TemplateLiteral(node) {
        for (const expression of node.expressions) {
          if (isForeign(typeOf(expression)))
            context.report({ node: expression, messageId: 'text', data: { name: 'A template' } });
        }
      },
    };
  },
};
