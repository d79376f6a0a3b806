'use strict';

const scopes = require('./scopes');

const HELPER = '__daemonryType';

/**
 * Makes a transformer for the compiler's output that takes the branches out of the metadata of decorators. For a type
 * that it cannot see, the compiler writes `typeof (_a = typeof B !== "undefined" && B) === "function" ? _a : Object`;
 * coverage counts that as branches of the class, of which no test can reach each. A helper above the source does the
 * same without.
 */
module.exports = function metadata(ts) {
  const { declared } = scopes(ts);

  /** The type in the compiler's expression, when it is one. */
  function typeIn(node) {
    if (!ts.isConditionalExpression(node) || !ts.isIdentifier(node.whenFalse) || node.whenFalse.text !== 'Object') {
      return undefined;
    }
    const { left, operatorToken } = ts.isBinaryExpression(node.condition) ? node.condition : {};
    if (operatorToken?.kind !== ts.SyntaxKind.EqualsEqualsEqualsToken || !ts.isTypeOfExpression(left)) return undefined;
    const assignment = unwrapped(left.expression);
    return isAssignment(assignment) && assignment.left === node.whenTrue ? assignment.right : undefined;
  }

  const unwrapped = (node) => (ts.isParenthesizedExpression(node) ? unwrapped(node.expression) : node);
  const isAssignment = (node) => ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

  return (context) => (file) => {
    const source = ts.getOriginalNode(file);
    if (!source.text.includes('@')) return file;
    const { factory } = context;
    let found = false;

    /** The name in a checked expression, `A` or `a?.b?.C`; a name that the file does not declare is a global one. */
    function nameIn(node, temporaries = new Map()) {
      if (ts.isBinaryExpression(node)) {
        keepAssignments(node.left, temporaries);
        return nameIn(node.right, temporaries);
      }
      if (ts.isPropertyAccessExpression(node)) {
        const subject = temporaries.get(node.expression) ?? node.expression;
        return factory.createPropertyAccessChain(
          nameIn(subject, temporaries),
          factory.createToken(ts.SyntaxKind.QuestionDotToken),
          node.name,
        );
      }
      return declared(node) === undefined
        ? factory.createPropertyAccessExpression(factory.createIdentifier('globalThis'), node)
        : node;
    }

    function keepAssignments(node, temporaries) {
      if (isAssignment(node)) temporaries.set(node.left, node.right);
      ts.forEachChild(node, (child) => keepAssignments(child, temporaries));
    }

    function visit(node) {
      const type = typeIn(node);
      if (type === undefined) return ts.visitEachChild(node, visit, context);
      found = true;
      return factory.createCallExpression(factory.createIdentifier(HELPER), undefined, [nameIn(type)]);
    }

    const result = ts.visitEachChild(file, visit, context);
    const text = `const ${HELPER} = (type) => (typeof type === "function" ? type : Object);`;
    return found ? ts.addEmitHelper(result, { name: 'daemonry:type', scoped: false, text }) : result;
  };
};
