import { defineModule, type ModuleDefinition } from 'daemonry';

import { {{pascal}} } from './{{pascal}}';

const definition = defineModule('{{snake}}', {
  bind: ({ bind }) => {
    bind({{pascal}}).toSelf();
  },
});

/** Binds {@link {{pascal}}}, which listeners and services inject by its class. A module that needs it lists it in its `needs`. */
export const {{camel}}Module = (): ModuleDefinition => definition;

export { {{pascal}} } from './{{pascal}}';
