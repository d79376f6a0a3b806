import { defineModule, type ModuleDefinition } from 'daemonry';

import { Books } from './Books';

const books = defineModule('books', { bind: ({ bind }) => void bind(Books).toSelf() });

/** The books, to inject as `Books`. Other modules need it, and it is loaded once. */
export function booksModule(): ModuleDefinition {
  return books;
}

export { Books, type Invoice } from './Books';
export { BooksDamagedError } from './BooksDamagedError';
