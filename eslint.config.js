const js = require('@eslint/js');
const tseslint = require('typescript-eslint');
const { defineConfig } = require('eslint/config');

/** Globals of a CommonJS file that Node runs as it is. */
const NODE = ['require', 'module', 'exports', '__dirname', 'process', 'console', 'Buffer', 'setTimeout'];

module.exports = defineConfig(
  { ignores: ['build/', 'coverage/', 'dist/', 'node_modules/', 'charts/', 'runs/', '**/recordings/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      // Leaving a property out of a copy, and arguments that a callback's shape demands, are no mistakes.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: Object.fromEntries(NODE.map((name) => [name, 'readonly'])),
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
