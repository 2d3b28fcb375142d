'use strict';
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { transform } = require('sucrase');

const VERSION = JSON.stringify([
  readFileSync(module.filename, 'utf8'),
  require('sucrase/package.json').version,
  process.version,
]);

/** TypeScript for jest, as ts-node reads it here: types are dropped and not checked, calls of jest.mock come first. */
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
