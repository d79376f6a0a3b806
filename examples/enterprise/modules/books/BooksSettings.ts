import { IsString, MinLength } from 'class-validator';
import { Settings } from 'daemonry';

@Settings('books')
export class BooksSettings {
  /** One JSON document a line. */
  @IsString()
  @MinLength(1)
  readonly file: string = 'books.jsonl';
}
