"""huiqi 惠企: policy documents for small and medium enterprises, made executable."""
