package transport

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MarshalJSON writes an object with the keys as the peer spelled them, in the
// order of their first appearance. A key that repeats has an array of its
// values; lines without a key are the values of the key "". A value that is
// not UTF-8, which JSON can't hold, is an object {"base64": "..."}. So every
// key keeps all its values and their order.
func (f Fields) MarshalJSON() ([]byte, error) {
	keys, values := f.grouped()
	var out bytes.Buffer
	out.WriteByte('{')
	for i, key := range keys {
		if i > 0 {
			out.WriteByte(',')
		}
		writeString(&out, key)
		out.WriteByte(':')
		if all := values[key]; len(all) == 1 {
			writeValue(&out, all[0])
		} else {
			separator := byte('[')
			for _, value := range all {
				out.WriteByte(separator)
				writeValue(&out, value)
				separator = ','
			}
			out.WriteByte(']')
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func (f Fields) grouped() (keys []string, values map[string][]string) {
	values = make(map[string][]string)
	for line := range f.Lines() {
		key, value, _ := cutField(line)
		if key == "" {
			value = line // so that a colon in front is not lost
		}
		// A key can't be an object, so bytes that are not UTF-8 become U+FFFD here.
		key = strings.ToValidUTF8(key, "\uFFFD")
		if values[key] == nil {
			keys = append(keys, key)
		}
		values[key] = append(values[key], value)
	}
	return keys, values
}

func writeValue(out *bytes.Buffer, value string) {
	if utf8.ValidString(value) {
		writeString(out, value)
		return
	}
	fmt.Fprintf(out, `{"base64":%q}`, base64.StdEncoding.EncodeToString([]byte(value)))
}

func writeString(out *bytes.Buffer, s string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string into memory can't fail
	out.Truncate(out.Len() - 1)
}

// UnmarshalJSON reads what MarshalJSON wrote, and null as no change. It refuses
// a key or value that would be read as something else.
func (f *Fields) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return fmt.Errorf("transport: fields are not a JSON object")
	}
	var text strings.Builder
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return err
		}
		values, err := jsonValues(raw)
		if err != nil {
			return fmt.Errorf("transport: value of %q: %w", key, err)
		}
		for _, value := range values {
			line, err := jsonLine(key, value)
			if err != nil {
				return fmt.Errorf("transport: value of %q: %w", key, err)
			}
			text.WriteString(line + "\r\n")
		}
	}
	f.text = text.String()
	return nil
}

// jsonLine makes a line that has this key and this value, and no other. A CR
// that no LF follows is part of a value.
func jsonLine(key, value string) (string, error) {
	line := value
	if key != "" {
		line = key + ": " + value
	}
	k, v, _ := cutField(line)
	switch {
	case strings.Contains(line, "\n"):
		return "", fmt.Errorf("holds a line break")
	case k != key, key != "" && v != value, line == "":
		return "", fmt.Errorf("is not a line of that key")
	}
	return line, nil
}

func jsonValues(raw json.RawMessage) ([]string, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	values := make([]string, 0, len(list))
	for _, item := range list {
		value, err := jsonValue(item)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

func jsonValue(item json.RawMessage) (string, error) {
	var text string
	if json.Unmarshal(item, &text) == nil {
		return text, nil
	}
	var encoded struct{ Base64 []byte }
	if err := json.Unmarshal(item, &encoded); err != nil {
		return "", err
	}
	return string(encoded.Base64), nil
}
