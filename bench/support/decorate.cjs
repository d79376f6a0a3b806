'use strict';

/** Decorates a class as TypeScript does with `emitDecoratorMetadata`; needs `reflect-metadata`. */
function decorateClass({ Class, dependencies }, ...decorators) {
  if (dependencies.length > 0) {
    const types = dependencies.map((dependency) => dependency.Class);
    decorators.push(Reflect.metadata('design:paramtypes', types));
  }
  Reflect.decorate(decorators, Class);
}

/** Decorates a method as TypeScript does. */
function decorateMethod({ Class }, method, decorator) {
  const descriptor = Object.getOwnPropertyDescriptor(Class.prototype, method);
  Object.defineProperty(Class.prototype, method, Reflect.decorate([decorator], Class.prototype, method, descriptor));
}

module.exports = { decorateClass, decorateMethod };
