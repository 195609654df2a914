// Rules for the page's modules; names and types are tsc's business.
import js from "@eslint/js";

export default [
  js.configs.recommended,
  {
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: "module",
    },
    rules: {
      "no-undef": "off",
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-implied-eval": "error",
      "no-eval": "error",
      "no-new-func": "error",
      "no-console": "error",
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Build nodes: text from the network must never become markup." },
        { property: "outerHTML", message: "Build nodes: text from the network must never become markup." },
        { property: "insertAdjacentHTML", message: "Build nodes: text from the network must never become markup." },
      ],
    },
  },
];
