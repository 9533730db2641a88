package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// cache has a sound file for each text that was ever spoken.
type cache struct {
	engine []string
	folder string

	mu     sync.Mutex             // guards making
	making map[string]*sync.Mutex // by file: each is made once, even if many calls ask at the same time
}

var isLanguage = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]+)*$`)

// file returns the name of the sound, without its extension, as STREAM FILE wants it.
func (c *cache) file(ctx context.Context, language, text string) (string, error) {
	if !isLanguage.MatchString(language) {
		return "", fmt.Errorf("speak: %q is no language", language)
	}
	sum := sha256.Sum256([]byte(language + "\n" + text))
	name := hex.EncodeToString(sum[:16])
	lock := c.lock(name)
	lock.Lock()
	defer lock.Unlock()
	path := filepath.Join(c.folder, name+".wav")
	if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return name, err
	}
	return name, c.make(ctx, path, language, text)
}

func (c *cache) lock(name string) *sync.Mutex {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.making == nil {
		c.making = make(map[string]*sync.Mutex)
	}
	if c.making[name] == nil {
		c.making[name] = new(sync.Mutex)
	}
	return c.making[name]
}

// make has the engine speak, and writes what it says as Asterisk plays it. The text goes over standard input: on the
// command line it could be taken for an option.
func (c *cache) make(ctx context.Context, path, language, text string) error {
	arguments := append(append([]string(nil), c.engine[1:]...), "-v", language, "--stdout")
	cmd := exec.CommandContext(ctx, c.engine[0], arguments...)
	cmd.Stdin = strings.NewReader(text)
	var said bytes.Buffer
	cmd.Stderr = &said
	spoken, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("speak: %s: %w: %s", c.engine[0], err, bytes.TrimSpace(said.Bytes()))
	}
	sound, err := telephone(spoken)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.folder, 0o755); err != nil {
		return err
	}
	unfinished := path + ".unfinished"
	if err := os.WriteFile(unfinished, sound, 0o644); err != nil {
		return err
	}
	return os.Rename(unfinished, path) // so that nobody plays half of it
}
