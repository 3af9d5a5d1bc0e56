"""Domain in, words and buttons out: pure functions whose text always fits into one message.

What is too long loses whole items before it is written as HTML; nothing is ever cut afterwards.
"""
