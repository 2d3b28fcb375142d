const js = require('@eslint/js');
const tseslint = require('typescript-eslint');
const { defineConfig } = require('eslint/config');

/** Globals of a CommonJS file that Node runs as it is. */
const NODE = ['require', 'module', 'exports', '__dirname', 'process', 'console', 'Buffer', 'setTimeout'];

const NO_SHELL =
  'Programs are started with their arguments as a list (spawn, spawnSync, execFile), so that no value is ever read by a shell.';

/** Ways by which a text becomes a command. */
const SHELLS = [
  'Property[key.name="shell"]',
  'Property[key.value="shell"]',
  'AssignmentExpression[left.property.name="shell"]',
  'ImportExpression[source.value=/child_process$/]',
  'VariableDeclarator[id.type="Identifier"][init.callee.name="require"][init.arguments.0.value=/child_process$/]',
  'VariableDeclarator[init.callee.name="require"] > ObjectPattern > Property[key.name=/^exec(Sync)?$/]',
  'MemberExpression[object.callee.name="require"][property.name=/^exec(Sync)?$/]',
  // A shell's own program must be a constant.
  ...['TemplateLiteral[expressions.length>0]', 'BinaryExpression'].map(
    (text) => `ArrayExpression:has(> Literal[value=/(^|\\u002F)(ba|da|z)?sh$/]) > ${text}`,
  ),
];

module.exports = defineConfig(
  {
    ignores: [
      'build/',
      'coverage/',
      'released/',
      'dist/',
      'node_modules/',
      'charts/',
      'runs/',
      '**/recordings/',
      // Small scripts for k6, some with mistakes that it must find.
      'test/load/conformance/scripts/',
    ],
  },
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
    files: ['**/*.{ts,js,mjs}'],
    ignores: ['test/**'],
    rules: {
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-imports': [
        'error',
        {
          paths: ['child_process', 'node:child_process'].map((name) => ({
            name,
            importNames: ['exec', 'execSync', 'default'],
            message: NO_SHELL,
          })),
        },
      ],
      'no-restricted-syntax': ['error', ...SHELLS.map((selector) => ({ selector, message: NO_SHELL }))],
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: { URL: 'readonly' } } },
  {
    files: ['**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: Object.fromEntries(NODE.map((name) => [name, 'readonly'])),
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  // Read by every Node, also by those that are too old.
  { files: ['bin/lab.js'], rules: { 'no-var': 'off' } },
);
