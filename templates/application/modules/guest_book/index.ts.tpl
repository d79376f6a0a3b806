import { defineModule, type ModuleDefinition } from 'daemonry';

import { GuestBook } from './GuestBook';

const definition = defineModule('guest_book', {
  bind: ({ bind }) => {
    bind(GuestBook).toSelf();
  },
});

/** The guest book: a service that listeners inject by its class. */
export const guestBookModule = (): ModuleDefinition => definition;

export { GuestBook } from './GuestBook';
