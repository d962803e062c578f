"""The rules asked in other processes, where texts have other hashes: do they answer alike?"""
