"""Names that reach out of a computation.

Not a list to be safe by: what it lacks is still `Rank.UNKNOWN`, as only the list of numeric names
makes a code numeric. It tells the reader of a report which names to look at first.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LIBRARY: Final = _words(
    """
    os posix nt sys subprocess socket shutil ctypes importlib imp pkgutil runpy builtins
    __builtin__ popen2 pty multiprocessing threading _thread thread
    asyncio marshal pickle cPickle _pickle dill cloudpickle joblib shelve base64 binascii codecs
    zlib gzip bz2 lzma zipfile tarfile tempfile pathlib glob fcntl mmap inspect gc
    codeop weakref atexit webbrowser requests urllib urllib2 urllib3 httplib http
    aiohttp httpx ftplib smtplib telnetlib paramiko socketserver ssl winreg msvcrt sqlite3
    posixpath ntpath getpass pip setuptools distutils cffi
    """
)
"""Modules that run code, touch files, processes or the network, or hold other modules."""

BUILTINS: Final = _words(
    """
    eval exec execfile compile __import__ import_module open file input raw_input reload
    getattr setattr delattr globals locals vars breakpoint memoryview attrgetter methodcaller
    """
)
"""Builtins, and what the library has to the same end, that run code or find what is not named."""

CALLS: Final = _words(
    """
    system popen Popen check_output check_call getoutput getstatusoutput spawnl spawnv fork
    forkpty execv execve execl execvp startfile environ getenv putenv unlink rmdir
    rmtree makedirs mkdir chmod chown symlink listdir scandir copyfile copytree
    urlopen urlretrieve urlcleanup create_connection gethostbyname sendall recv
    CDLL PyDLL WinDLL cdll windll pythonapi LoadLibrary string_at memmove py_object
    loads load_module exec_module find_loader spec_from_file_location module_from_spec
    modules settrace setprofile _getframe CodeType FunctionType ModuleType
    """
)
"""Functions of those modules, and of objects that they make."""

FRAMEWORKS: Final = _words(
    """
    read_file write_file gfile GFile FastGFile io io_ops file_io matching_files WholeFileReader
    TextLineReader TFRecordReader TFRecordWriter TFRecordDataset TextLineDataset
    FixedLengthRecordDataset FixedLengthRecordReader python_io
    py_function py_func numpy_function eager_py_func load_library load_op_library
    load_file_system_library raw_ops RegisterGradient import_graph_def saved_model
    lookup TextFileInitializer experimental_load get_file load_model load_weights
    model_from_json model_from_yaml model_from_config save_model save_weights save_img load_img
    load_data load_variable load_checkpoint Checkpoint Saver TFSMLayer TorchModuleWrapper
    enable_unsafe_deserialization deserialize_keras_object deserialize func_load hub KerasLayer
    load save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex tofile dump
    dumps memmap DataSource ctypeslib recfromcsv recfromtxt frombuffer as_strided f2py
    read_csv read_pickle read_sql to_pickle to_csv torch
    """
)
"""What TensorFlow, Keras, numpy and the like have of files, of Python called from a graph, of
graphs loaded from elsewhere, and of memory."""

INTERNALS: Final = _words(
    """
    f_globals f_locals f_builtins f_back f_code tb_frame tb_next gi_frame gi_code cr_frame
    cr_code ag_frame ag_code func_globals func_code func_closure func_defaults im_func im_self
    im_class co_code co_consts co_names mro
    """
)
"""Attributes that lead from a harmless object to the interpreter's tables."""

HARMLESS_DUNDERS: Final = frozenset(
    f"__{name}__"
    for name in _words(
        """
    name doc module qualname annotations traceback main init call len getitem setitem contains
    iter next enter exit add radd iadd sub rsub isub mul rmul imul truediv rtruediv floordiv
    rfloordiv mod rmod pow rpow matmul rmatmul neg pos abs invert and rand or ror xor rxor eq ne
    lt le gt ge bool nonzero int float index hash div rdiv classcell static_attributes firstlineno
    version debug type_params conditional_annotations annotate
        """
    )
)
"""Names with two underscores that lead nowhere: operators, texts, what compilers write for
classes. Others do, such as ``__class__``, ``__subclasses__``, ``__globals__``, ``__dict__``,
``__builtins__``, ``__reduce__`` and ``__getattribute__``."""

NAMES: Final = LIBRARY | BUILTINS | CALLS | FRAMEWORKS | INTERNALS
"""All, as they stand among the names of a code."""

IN_STRINGS: Final = (LIBRARY | BUILTINS | CALLS | INTERNALS) - _words(
    "file input open http glob thread threading modules ssl pip loads compile environ mro"
)
"""Those that a string which says just that is likely to name, and no key, mode or axis."""
