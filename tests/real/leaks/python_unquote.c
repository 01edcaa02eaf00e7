// SPDX-License-Identifier: Apache-2.0
// A Python extension: unquote(bytes) → str, for the bodies of forms. The buffer between the two is a bytes object whose
// reference it forgets to give back where the text is not UTF-8, as extensions do on their error paths.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static int hex_digit(char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

static Py_ssize_t unquote_into(char* to, const char* from, Py_ssize_t length) {
  char* end = to;
  for (Py_ssize_t i = 0; i < length; ++i) {
    if (from[i] == '%' && i + 2 < length) {
      *end++ = (char)(hex_digit(from[i + 1]) * 16 + hex_digit(from[i + 2]));
      i += 2;
    } else {
      *end++ = from[i] == '+' ? ' ' : from[i];
    }
  }
  return end - to;
}

static PyObject* unquote(PyObject* self, PyObject* arguments) {
  (void)self;
  const char* quoted;
  Py_ssize_t length;
  if (!PyArg_ParseTuple(arguments, "y#", &quoted, &length)) return NULL;
  PyObject* buffer = PyBytes_FromStringAndSize(NULL, length);
  if (buffer == NULL) return NULL;
  const Py_ssize_t used = unquote_into(PyBytes_AS_STRING(buffer), quoted, length);
  PyObject* text = PyUnicode_DecodeUTF8(PyBytes_AS_STRING(buffer), used, NULL);
  if (text == NULL) return NULL;  // the leak
  Py_DECREF(buffer);
  return text;
}

static PyMethodDef methods[] = {{"unquote", unquote, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "python_unquote", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_python_unquote(void) { return PyModule_Create(&module); }
