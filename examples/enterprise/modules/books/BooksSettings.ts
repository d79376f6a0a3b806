import { IsString, MinLength } from 'class-validator';
import { Settings } from 'daemonry';

/** Settings of the books, under `books`. */
@Settings('books')
export class BooksSettings {
  /** Path of the books, with one JSON document per line. */
  @IsString()
  @MinLength(1)
  readonly file: string = 'books.jsonl';
}
