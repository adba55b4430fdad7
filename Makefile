# For fingers that type make. The work is done by scripts/, which need no make.
.PHONY: run test lint bench clean

run test lint bench:
	@scripts/$@

clean:
	rm -rf build
