//go:build tools

// Package tools pins what is not built as Go: the module that carries miniaudio's header.
package tools

import _ "github.com/gen2brain/malgo"
