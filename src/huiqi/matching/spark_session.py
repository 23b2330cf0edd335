"""A Spark session with the settings that matter, and its end.

Under `spark-submit` the session, its master and its memory are those given there; otherwise a Java machine is
started here and stopped at the end. Spark 4 needs Java 17 or newer.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pyspark import SparkContext
from pyspark.sql import SparkSession

from huiqi.matching.portions import BLOCK_ROWS

LOCAL: Final = "local[*]"
UNDER_SUBMIT: Final = "PYSPARK_GATEWAY_PORT"
"""The variable `spark-submit` sets for the program it starts."""
OLDEST_JAVA: Final = 17
COMPILE_LONG_METHODS: Final = "-XX:-DontCompileHugeMethods"

SETTINGS: Final[Mapping[str, str]] = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.extraJavaOptions": COMPILE_LONG_METHODS,
    "spark.executor.extraJavaOptions": COMPILE_LONG_METHODS,
    # the engine's blocks, however wide they are
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(BLOCK_ROWS),
    "spark.sql.execution.arrow.maxBytesPerBatch": str(2**31 - 2),
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.pyspark.fallback.enabled": "false",
    # of a large register half a dozen blocks a task; Spark cuts a small one by the cores there are
    "spark.sql.files.maxPartitionBytes": "32m",
    "spark.sql.files.openCostInBytes": "1m",
    # a register is wide: keep reading it in columns, in compiled code
    "spark.sql.codegen.maxFields": "2000",
    "spark.sql.codegen.hugeMethodLimit": "65535",
    # a city is "0102", not the number 102; a task writes the cities it meets without sorting
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.maxConcurrentOutputFileWriters": "100",
    # nothing is cast or rounded by Spark; if it ever were, an overflow is an error and not a null
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}


class NoJava(RuntimeError):
    """There is no Java that Spark runs on."""


def has_java() -> bool:
    """Whether Spark will find a Java new enough, in $JAVA_HOME or else on the path."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else "java"
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return False
    version = re.search(r'version "(\d+)', told)
    return version is not None and int(version[1]) >= OLDEST_JAVA


@contextmanager
def spark_session(
    *, master: str | None = None, memory: str = "4g", settings: Mapping[str, str] | None = None
) -> Iterator[SparkSession]:
    """A session for match runs, stopped at the end with all that was started for it.

    One that is running in this program already is used as it is, and goes on. Raises `NoJava`.

    Args:
        master: as Spark writes it (`local[2]`, `spark://host:7077`); every core of this machine by default.
        memory: of the Java machine started here; with a local master it does all the work.
        settings: more of Spark's settings; they win.
    """
    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    own = UNDER_SUBMIT not in os.environ
    if own and not has_java():
        raise NoJava(f"Spark needs Java {OLDEST_JAVA} or newer: there is none in $JAVA_HOME or on the path")
    builder = SparkSession.builder.appName("huiqi")
    chosen = dict(SETTINGS)
    if own:
        chosen |= {"spark.master": master or LOCAL, "spark.driver.memory": memory}
        if chosen["spark.master"].startswith("local"):
            chosen |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            os.environ["PYSPARK_PYTHON"] = sys.executable  # the workers' Python: the one that has huiqi
    for name, value in (chosen | dict(settings or {})).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()
        if own:
            stop_java()


def stop_java() -> None:
    """End the Java machine that PySpark started, and close what led to it; PySpark leaves that to the exit."""
    gateway = SparkContext._gateway
    if gateway is None:
        return
    gateway.shutdown()
    process = gateway.proc
    if process is not None:
        process.stdin.close()
        process.wait()
    SparkContext._gateway = SparkContext._jvm = None
