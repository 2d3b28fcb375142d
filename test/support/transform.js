'use strict';
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { transform } = require('sucrase');

const VERSION = JSON.stringify([
  readFileSync(module.filename, 'utf8'),
  require('sucrase/package.json').version,
  process.version,
]);

/**
 * Transforms TypeScript for jest as ts-node does here: drops types without checking them, and moves calls of
 * jest.mock to the top.
 */
module.exports = {
  getCacheKey: (source, path) =>
    createHash('sha256').update([VERSION, path, source].join('\0')).digest('hex'),
  process(source, path) {
    const { code, sourceMap } = transform(source, {
      transforms: ['typescript', 'imports', 'jest'],
      disableESTransforms: true,
      preserveDynamicImport: false,
      filePath: path,
      sourceMapOptions: { compiledFilename: path },
    });
    return { code, map: { ...sourceMap, sources: [path], sourcesContent: [source] } };
  },
};
