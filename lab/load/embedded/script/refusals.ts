import ts from 'typescript';
import { LabError } from '../../../model/errors';

/** What the embedded load generator does not support, and what to do instead. */
export const REFUSALS = {
  getter: ['a getter or setter that blocks (sends a request, sleeps or opens a group)', 'make it a method'],
  constructor: ['a constructor that blocks', 'move the blocking calls to a method and call it after `new`'],
  generator: ['a generator that blocks', 'collect the values in an array first'],
  implicit: ['a blocking function that JavaScript calls by itself', 'give the method another name'],
  callback: [
    'a blocking function passed to a function that is not part of the script',
    'use a for...of loop, or forEach, map, filter, reduce, some, every, find and flatMap of arrays',
  ],
  tag: ['a blocking function as a template tag', 'call it as an ordinary function'],
  initializer: ['a blocking call in a default value, class field or static block', 'move it into the body'],
  topLevel: ['a blocking call in the init context', 'move it to setup() or to an iteration'],
  require: ['require()', 'use an import declaration with a fixed name'],
  dynamicImport: ['import()', 'use an import declaration with a fixed name'],
} as const satisfies Record<string, readonly [string, string]>;

export type Refusal = keyof typeof REFUSALS;

export function refuse(node: ts.Node, refusal: Refusal): LabError {
  const [what, instead] = REFUSALS[refusal];
  return errorAt(node, `${what} is not supported`, `Instead, ${instead}, or run the script with --load k6.`);
}

/** A LabError (usage) whose message starts with the file:line:column of the node. */
export function errorAt(node: ts.Node, message: string, hint: string): LabError {
  return new LabError(`${location(node.getSourceFile(), node.getStart())}: ${message}`, 'usage', hint);
}

export function location(file: ts.SourceFile, position: number): string {
  const { line, character } = file.getLineAndCharacterOfPosition(position);
  return `${file.fileName}:${line + 1}:${character + 1}`;
}
